import { expect, test } from 'vitest'
import { anonymise, mentionsIn, onePerson, withoutMentions } from './anonymise.ts'
import type { ChatMessage, Moderation, Notice } from './chat-event.ts'

const seven = onePerson('7', 'anon-7', ['seven', 'sieben'])
const inChannel = { channel_id: '1001', channel_login: 'arena', timestamp: 1000 }

const bySeven: ChatMessage = {
  type: 'message',
  ...inChannel,
  message_id: 'm1',
  user_id: '7',
  username: 'seven',
  display_name: 'Seven',
  color: '#FF0000',
  message: 'Kappa my secret',
  is_action: false,
  emotes: [{ id: '25', name: 'Kappa', start: 0, end: 5, provider: 'twitch' }],
  badges: { broadcaster: '1' },
  bits: 5,
  is_first: true,
  is_subscriber: true,
  reply_to: null,
  source_channel_id: null,
  source_message_id: null,
  is_bot: false,
  mood: 1,
  is_anonymous: false,
}
const byEight: ChatMessage = {
  ...bySeven,
  user_id: '8',
  username: 'eight',
  display_name: 'Eight',
  badges: {},
}

test('a message of a person who opted out keeps what is counted, and nothing else', () => {
  expect(anonymise(bySeven, seven)).toEqual({
    ...bySeven,
    user_id: 'anon-7',
    username: '',
    display_name: '',
    color: null,
    message: '',
    badges: {},
    emotes: [{ id: '25', name: 'Kappa', start: 0, end: 0, provider: 'twitch' }],
    is_anonymous: true,
  })
})

test('a reply to a person who opted out names them neither in the reply nor in the text', () => {
  const reply_to = { message_id: 'm1', user_id: '7', username: 'seven', is_bot: false }
  const read = anonymise({ ...byEight, reply_to, message: '@Seven yes' }, seven)
  expect(read.reply_to).toEqual({ message_id: 'm1', user_id: 'anon-7', username: '', is_bot: false })
  expect(read.message).toBe('@… yes')
  expect(read.user_id).toBe('8')
})

test('finds the distinct names that a text mentions, in lower case', () => {
  expect(mentionsIn('@Seven @seven, @Éva_1! a@b.c 7 @ @@x')).toEqual(['seven', 'éva_1', 'b', 'x'])
  expect(mentionsIn('seven')).toEqual([])
})

test('emotes behind a mention keep their place, counted in code points', () => {
  const message = '😀 Kappa @sieben Kappa @other Kappa'
  const at = (start: number) => ({
    id: '25',
    name: 'Kappa',
    start,
    end: start + 5,
    provider: 'twitch' as const,
  })
  const edited = withoutMentions(message, [at(2), at(16), at(29)], seven)
  expect(edited?.message).toBe('😀 Kappa @… Kappa @other Kappa')
  for (const { start, end } of edited?.emotes ?? [])
    expect([...(edited?.message ?? '')].slice(start, end).join('')).toBe('Kappa')
})

test('an event without a person who opted out is returned as it is', () => {
  const event = { ...byEight, message: 'mail me @sevenfold, seven' }
  expect(anonymise(event, seven)).toBe(event)
})

test('moderation of a person who opted out has the anonymous id and no name', () => {
  const ban: Moderation = {
    type: 'moderation',
    ...inChannel,
    action: 'ban',
    target_user_id: '7',
    target_username: 'seven',
    target_message_id: null,
    duration_s: null,
  }
  expect(anonymise(ban, seven)).toEqual({ ...ban, target_user_id: 'anon-7', target_username: null })
  // A CLEARMSG names its target by login only.
  const deletion: Moderation = {
    ...ban,
    action: 'delete_message',
    target_user_id: null,
    target_message_id: 'm',
  }
  expect(anonymise(deletion, seven)).toEqual({ ...deletion, target_username: null })
})

const gift: Notice = {
  type: 'notice',
  ...inChannel,
  notice_id: 'n1',
  kind: 'subgift',
  user_id: '8',
  username: 'eight',
  display_name: 'Eight',
  message: null,
  system_message: 'Eight gifted a sub to Sieben!',
  params: { 'recipient-id': '7', 'recipient-display-name': 'Sieben', months: '3', 'sub-plan': '1000' },
  source_channel_id: null,
}

test('a notice about a person who opted out keeps its counts, and its sender', () => {
  expect(anonymise(gift, seven)).toEqual({
    ...gift,
    system_message: '',
    params: { months: '3', 'sub-plan': '1000' },
  })
})

test('a notice by a person who opted out keeps its kind and counts', () => {
  const raid = {
    ...gift,
    kind: 'raid',
    user_id: '7',
    username: 'seven',
    display_name: 'Seven',
    message: 'my text',
    params: {
      login: 'seven',
      displayName: 'Seven',
      viewerCount: '30',
      profileImageURL: 'https://…/seven.png',
    },
  }
  expect(anonymise(raid, seven)).toEqual({
    ...raid,
    user_id: 'anon-7',
    username: null,
    display_name: null,
    message: null,
    system_message: '',
    params: { viewerCount: '30' },
  })
})
