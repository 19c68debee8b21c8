import { beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import type { ChatMessages } from '@chat-battle/contracts/live/down'
import { noOptOuts } from '@chat-battle/contracts/records/anonymise'
import { message, moderation } from '@chat-battle/statistics/chat-events.fixture'
import type { EncodedEvent } from './encoded-event.ts'
import { ChatViewer, WatchedChat } from './watched-chat.ts'

beforeEach(() => {
  vi.useFakeTimers()
  onTestFinished(() => void vi.useRealTimers())
})

/** A chat that is caught up, with a viewer that takes what is due to it at once. */
function setup() {
  const taken: { atMs: number; events: readonly EncodedEvent[] }[] = []
  const beganMs = performance.now()
  const chat = new WatchedChat('1001', {
    people: noOptOuts,
    deliver: (viewer) => taken.push({ atMs: performance.now() - beganMs, events: viewer.take() }),
    onSkipped: () => undefined,
  })
  chat.add(new ChatViewer('socket', 'arena'))
  chat.catchUp()
  return { chat, taken }
}

const messagesIn = (events: readonly EncodedEvent[]) =>
  events.map(({ text }) => (JSON.parse(text.slice(1)) as [string, ChatMessages])[1].messages.length)

test('sends a message at once, and the following ones in batches of 100 ms', () => {
  const { chat, taken } = setup()
  vi.advanceTimersByTime(1000)
  for (let index = 0; index < 50; index++) {
    chat.apply(message(1000))
    vi.advanceTimersByTime(10)
  }
  vi.advanceTimersByTime(1000)
  expect(taken.map(({ atMs, events }) => [atMs, ...messagesIn(events)])).toEqual([
    [0, 0],
    [1000, 1],
    [1100, 9],
    ...[1200, 1300, 1400, 1500].map((atMs) => [atMs, 10]),
  ])
})

test('sends nothing for what changes nothing', () => {
  const { chat, taken } = setup()
  chat.apply(message(1000, { message_id: 'a' }))
  vi.advanceTimersByTime(1000)
  const { length } = taken
  chat.apply(message(1000, { message_id: 'a' }))
  vi.advanceTimersByTime(1000)
  expect(taken).toHaveLength(length)
})

test('encodes a batch once for all viewers', () => {
  const { chat, taken } = setup()
  chat.add(new ChatViewer('other', 'arena'))
  vi.advanceTimersByTime(1000)
  chat.apply(message(1000))
  const [one, other] = taken.slice(-2)
  expect(one?.events).toHaveLength(1)
  expect(other?.events[0]).toBe(one?.events[0])
})

test('removes before it adds', () => {
  const { chat, taken } = setup()
  chat.apply(moderation(2000))
  chat.apply(message(3000))
  vi.advanceTimersByTime(1000)
  expect(taken.at(-1)?.events.map(({ text }) => text.slice(2, 12))).toEqual(['"removed",', '"messages"'])
})

test('sends nothing after it was ended', () => {
  const { chat, taken } = setup()
  chat.apply(message(1000))
  chat.apply(message(1000))
  chat[Symbol.dispose]()
  const { length } = taken
  vi.advanceTimersByTime(1000)
  expect(taken).toHaveLength(length)
})
