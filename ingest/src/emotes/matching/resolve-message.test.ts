import { describe, expect, test } from 'vitest'
import type { ChatMessage } from '@chat-battle/contracts/records/chat-event'
import { emoteSetKey, type EmoteSetHead, type SetProvider } from '@chat-battle/contracts/records/emote-set'
import type { EmoteSet } from '@chat-battle/contracts/records/emote-set-assembly'
import { message } from '@chat-battle/statistics/chat-events.fixture'
import type { NamedEmote } from './match-emotes.ts'
import { EmoteTables } from './emote-tables.ts'
import { createResolver } from './resolve-message.ts'

const sets = new Map<string, EmoteSet<NamedEmote>>()

function add(
  channel_id: string | null,
  provider: SetProvider,
  names: string[],
  more: Partial<EmoteSetHead> = {},
) {
  const head: EmoteSetHead = {
    type: 'head',
    channel_id,
    provider,
    content: 'one',
    fetched_at: 1,
    parts: 1,
    emote_count: names.length,
    modifiers: [],
    bot_logins: [],
    bot_user_ids: [],
    ...more,
  }
  const emotes = names.map((name) => ({ id: `${channel_id ?? 'global'}-${name}`, name, provider }))
  sets.set(emoteSetKey(head), { head, emotes })
  return emoteSetKey(head)
}

add('1001', 'ffz', ['a'], { bot_user_ids: ['66'] })
add('1001', 'bttv', ['a', 'b'], { bot_logins: ['timerbot'] })
add('1001', '7tv', ['a', 'b', 'c'])
add('2002', 'bttv', ['a'], { bot_logins: ['otherbot'] })
add(null, 'ffz', ['a', 'd'], { modifiers: ['ffzX'] })
add(null, 'bttv', ['d', 'e', 'ffzX'])
add(null, '7tv', ['d', 'e', 'f', 'b'])

const sources: string[] = []
const tables = new EmoteTables(sets)
const resolve = createResolver({
  tables,
  bots: new Set(['ourbot']),
  notBots: new Set(['nightbot', 'fallenbot']),
  onSource: (id) => sources.push(id),
})

function found(text: string, given: Partial<ChatMessage> = {}): string[] {
  return resolve(message(1, { message: text, ...given })).emotes.map(
    ({ provider, id }) => `${provider} ${id}`,
  )
}

describe('emotes', () => {
  test('of equal names follow FrankerFaceZ, BetterTTV, 7TV of the channel, then of all', () => {
    expect(found('a b c d e f')).toEqual([
      'ffz 1001-a',
      'bttv 1001-b',
      '7tv 1001-c',
      'ffz global-d',
      'bttv global-e',
      '7tv global-f',
    ])
  })

  test('that are modifiers do not count, nor does an emote of lower precedence by that name', () => {
    expect(found('ffzX a')).toEqual(['ffz 1001-a'])
  })

  test('of a mirrored message are those of its own channel', () => {
    expect(found('a b c', { source_channel_id: '2002', source_message_id: 'x' })).toEqual([
      'bttv 2002-a',
      '7tv global-b',
    ])
    expect(found('a b c', { source_channel_id: '3003', source_message_id: 'x' })).toEqual([
      'ffz global-a',
      '7tv global-b',
    ])
    expect(sources).toEqual(['2002', '3003'])
  })

  test('of a channel change with its sets', () => {
    expect(found('g', { channel_id: '4004' })).toEqual([])
    const key = add('4004', '7tv', ['g'])
    expect(found('g', { channel_id: '4004' })).toEqual([])
    tables.onChanged('4004')
    expect(found('g', { channel_id: '4004' })).toEqual(['7tv 4004-g'])
    sets.delete(key)
  })
})

describe('a bot', () => {
  test.each<[string, Partial<ChatMessage>, boolean]>([
    ['has the badge of Twitch', { badges: { 'bot-badge': '1' } }, true],
    ['is in the built-in list', { username: 'streamelements' }, true],
    ['is in BOT_LOGINS', { username: 'ourbot' }, true],
    ['is named by the channel at BetterTTV', { username: 'timerbot' }, true],
    ["has the channel's badge of FrankerFaceZ", { user_id: '66' }, true],
    ['is no other person', { username: 'seven', badges: { moderator: '1' } }, false],
    ['is no person named by another channel', { username: 'otherbot' }, false],
    [
      'is whom the source of a mirrored message named',
      { username: 'otherbot', source_channel_id: '2002' },
      true,
    ],
    [
      'is whom the channel named, in a mirrored message',
      { username: 'timerbot', source_channel_id: '2002' },
      true,
    ],
    ['is no person in NOT_BOT_LOGINS', { username: 'nightbot' }, false],
    [
      'is no person in NOT_BOT_LOGINS, with a badge',
      { username: 'fallenbot', badges: { 'bot-badge': '1' } },
      false,
    ],
  ])('%s', (_, given, isBot) => {
    expect(resolve(message(1, given)).is_bot).toBe(isBot)
  })

  test.each([
    ['streamelements', '9', true],
    ['ourbot', '9', true],
    ['timerbot', '9', true],
    ['eight', '66', true],
    ['nightbot', '9', false],
    ['eight', '9', false],
  ])('is known when it is answered: %s', (username, user_id, isBot) => {
    const reply_to = { message_id: 'm', user_id, username, is_bot: null }
    expect(resolve(message(1, { reply_to })).reply_to).toEqual({ ...reply_to, is_bot: isBot })
  })
})
