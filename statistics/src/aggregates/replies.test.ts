import { describe, expect, test } from 'vitest'
import type { ChatEvent, ChatMessage } from '@chat-battle/contracts/records/chat-event'
import { windowMs } from '@chat-battle/contracts/window'
import { message, moderation } from '../chat-events.fixture.ts'
import { PartitionState } from '../partition.ts'
import { statsFrame } from '../stats-frame.ts'

const start = 1_700_000_400_000

const reply = (to: string, given: Partial<ChatMessage> = {}) =>
  message(start, {
    reply_to: { message_id: 'm', user_id: to, username: `name${to}`, is_bot: null },
    ...given,
  })

function replies(events: readonly ChatEvent[]) {
  const state = new PartitionState()
  for (const event of events) state.apply(event, state.nextOffset, event.timestamp ?? start)
  const window = state.channels.get('1001')?.windows.get(start)
  if (window === undefined) throw new Error('no window')
  const channel = { channelId: '1001', login: 'arena' }
  const { reply_count, most_replied_to } = statsFrame(channel, window, 1, false)
  const bots = most_replied_to?.filter(({ bot }) => bot).map(({ user_id }) => user_id)
  return { reply_count, bots, ids: most_replied_to?.map(({ user_id, count }) => `${user_id}:${count}`) }
}

describe('replies', () => {
  test('rank the people who receive the most', () => {
    expect(replies([reply('8'), reply('9'), reply('9'), message(start)])).toEqual({
      reply_count: 3,
      bots: [],
      ids: ['9:2', '8:1'],
    })
  })

  test('to oneself count and do not rank', () => {
    expect(replies([reply('7'), reply('8')])).toEqual({ reply_count: 2, bots: [], ids: ['8:1'] })
  })

  test('do not rank a banned person, whichever comes first', () => {
    const ban = moderation(start + 1, { target_user_id: '8' })
    for (const events of [
      [reply('8'), reply('9'), ban],
      [ban, reply('8'), reply('9')],
    ])
      expect(replies(events)).toEqual({ reply_count: 2, bots: [], ids: ['9:1'] })
  })

  test('do not rank a person who is banned in the next window while this one is open', () => {
    const ban = moderation(start + windowMs + 1, { target_user_id: '8' })
    expect(replies([message(start), ban, reply('8'), reply('9')])).toEqual({
      reply_count: 2,
      bots: [],
      ids: ['9:1'],
    })
  })

  test('name bots that the record names, that wrote in the window, or that the built-in list has', () => {
    const to = (user_id: string, is_bot: boolean | null, username = 'x') =>
      message(start, { reply_to: { message_id: 'm', user_id, username, is_bot } })
    const events = [to('1', true), to('2', null), to('3', false, 'nightbot'), to('4', null, 'nightbot')]
    const badged = message(start, { user_id: '2', is_bot: true })
    expect(replies([...events, badged]).bots).toEqual(['1', '2', '4'])
  })
})
