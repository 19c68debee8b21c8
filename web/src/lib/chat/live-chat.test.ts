import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { ChatAck } from '@chat-battle/contracts/live/down'
import { statusFixture } from '../channel/status.fixture.ts'
import { ChatLink } from '../source/chat-link.ts'
import { ChatFeed } from './chat-feed.svelte.ts'
import { messages } from './chat.fixture.ts'
import { LiveChat, type ChatChannel } from './live-chat.svelte.ts'

const longestRetryMs = 60_000
const channel = (login: string, channel_id: string | null): ChatChannel => ({
  name: login,
  login,
  status: statusFixture({ channel_login: login, channel_id }),
})
const arena = channel('arena', '1')
const other = channel('other', '2')

let calls: string[]
let answer: (name: string) => ChatAck
let link: ChatLink
let feed: ChatFeed

beforeEach(() => {
  vi.useFakeTimers()
  calls = []
  answer = (name) => ({ ok: true, status: statusFixture({ channel_login: name }) })
  feed = new ChatFeed(() => undefined)
  link = new ChatLink()
  const request = (what: string) => (name: string, answered: (ack: ChatAck | undefined) => void) => {
    calls.push(`${what} ${name}`)
    answered(answer(name))
  }
  link.attach({ subscribeChat: request('open'), unsubscribeChat: request('close') })
})
afterEach(() => {
  vi.useRealTimers()
})

const take = (id: string, text: string) =>
  link.listeners.onMessages(messages(id, [{ message_id: text, message: text }]))
const shown = () => {
  vi.advanceTimersByTime(100)
  return feed.rows.map((row) => (row.kind === 'message' ? row.message.message : row.kind))
}

test('subscribes once connected, and again after each connection', () => {
  new LiveChat(feed, link, [arena, other])
  expect(calls).toEqual([])
  link.connected()
  expect(calls).toEqual(['open arena', 'open other'])
  link.connected()
  expect(calls).toHaveLength(4)
})

test('subscribes at once on an open connection', () => {
  link.connected()
  new LiveChat(feed, link, [arena])
  expect(calls).toEqual(['open arena'])
})

test('follows the channels that are shown', () => {
  link.connected()
  const chat = new LiveChat(feed, link, [arena])
  take('1', 'a')
  chat.show([other])
  expect(calls).toEqual(['open arena', 'close arena', 'open other'])
  take('1', 'on its way')
  take('2', 'b')
  expect(shown()).toEqual(['b'])
})

test('begins again with the kept messages of another connection', () => {
  link.connected()
  new LiveChat(feed, link, [arena])
  take('1', 'deleted meanwhile')
  link.connected()
  take('1', 'kept')
  expect(shown()).toEqual(['kept'])
})

test('passes on removals', () => {
  link.connected()
  new LiveChat(feed, link, [arena])
  take('1', 'a')
  link.listeners.onRemoved({ channel_id: '1', message_ids: ['a'], user_ids: [], all: false })
  expect(shown()).toEqual([])
})

test('takes messages before the id of their channel is known', () => {
  link.connected()
  new LiveChat(feed, link, [channel('new', null)])
  take('7', 'a')
  expect(shown()).toEqual(['a'])
})

test('says why it is refused, and tries again', () => {
  link.connected()
  answer = () => ({ ok: false, error: { kind: 'too_many_channels', message: 'too many' } })
  const chat = new LiveChat(feed, link, [arena])
  expect(chat.refusals).toEqual([
    { login: 'arena', refusal: { kind: 'too_many_channels', message: 'too many' } },
  ])
  answer = (name) => ({ ok: true, status: statusFixture({ channel_login: name }) })
  vi.advanceTimersByTime(longestRetryMs)
  expect(chat.refusals).toEqual([])
  expect(calls).toEqual(['open arena', 'open arena'])
})

test('unsubscribes when it is closed, and takes nothing more', () => {
  link.connected()
  const chat = new LiveChat(feed, link, [arena])
  chat.close()
  expect(calls).toEqual(['open arena', 'close arena'])
  take('1', 'a')
  expect(shown()).toEqual([])
})
