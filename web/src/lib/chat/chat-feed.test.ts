import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { ChatFeed } from './chat-feed.svelte.ts'
import { noFilter } from './chat-filter.ts'
import { messages, removal } from './chat.fixture.ts'

const drawnWithinMs = 100
let feed: ChatFeed
let count = 0

function say(channel: string, ...texts: string[]): void {
  feed.take(
    messages(
      channel,
      texts.map((text) => ({ message_id: text, message: text, username: `by ${text}`, timestamp: ++count })),
    ),
  )
}

/** The rows once they are drawn. */
function shown(): string[] {
  vi.advanceTimersByTime(drawnWithinMs)
  return feed.rows.map((row) => (row.kind === 'message' ? row.message.message : row.kind))
}

beforeEach(() => {
  vi.useFakeTimers()
  feed = new ChatFeed((id) => (id === '1' ? 'arena' : undefined))
})
afterEach(() => {
  vi.useRealTimers()
})

test('shows messages as they come', () => {
  say('1', 'a')
  say('1', 'b', 'c')
  expect(shown()).toEqual(['a', 'b', 'c'])
})

test('stands still while paused, counts what is new, and goes on', () => {
  say('1', 'a')
  feed.pause('hovered')
  say('1', 'b', 'c')
  expect(shown()).toEqual(['a'])
  expect(feed.newCount).toBe(2)
  feed.resume('hovered')
  expect(shown()).toEqual(['a', 'b', 'c'])
  expect(feed.newCount).toBe(0)
})

test('fills an empty list under the pointer, unless the reader stopped it', () => {
  feed.pause('hovered')
  say('1', 'a', 'b')
  expect(shown()).toEqual(['a', 'b'])
  say('1', 'c')
  expect(shown()).toEqual(['a', 'b'])
  expect(feed.newCount).toBe(1)
  feed = new ChatFeed(() => 'arena')
  feed.pause('stopped')
  say('1', 'a')
  expect(shown()).toEqual([])
  expect(feed.newCount).toBe(1)
})

test('stands still at once: what was not drawn yet is new', () => {
  say('1', 'a')
  say('1', 'b')
  feed.pause('scrolled')
  expect(shown()).toEqual(['a'])
  expect(feed.newCount).toBe(1)
})

test('stands still until every reason is gone', () => {
  say('1', 'a')
  feed.pause('hovered')
  feed.pause('scrolled')
  say('1', 'b')
  feed.resume('scrolled')
  expect(shown()).toEqual(['a'])
  feed.resume('hovered')
  expect(shown()).toEqual(['a', 'b'])
})

test('goes on at once where the reader asks for the newest', () => {
  say('1', 'a')
  feed.pause('hovered')
  feed.pause('stopped')
  say('1', 'b')
  feed.followNewest()
  expect(feed.isPaused).toBe(false)
  expect(shown()).toEqual(['a', 'b'])
})

test('hides removed messages at once: while it follows without, while it stands still with their place', () => {
  say('1', 'a', 'b', 'c')
  shown()
  feed.remove(removal('1', { message_ids: ['a'] }))
  expect(feed.rows.map(({ kind }) => kind)).toEqual(['message', 'message'])
  feed.pause('hovered')
  say('1', 'd')
  feed.remove(removal('1', { user_ids: ['id of by b', 'id of by d'] }))
  expect(feed.rows.map(({ kind }) => kind)).toEqual(['removed', 'message'])
  expect(feed.newCount).toBe(0)
  feed.resume('hovered')
  expect(shown()).toEqual(['c'])
})

test('replaces what it holds of a channel after a new connection', () => {
  say('1', 'a', 'b')
  say('2', 'x')
  feed.reconnect()
  say('1', 'b', 'c')
  expect(shown()).toEqual(['x', 'b', 'c'])
})

test('hides while it stands still what a new connection does not bring again', () => {
  say('1', 'a', 'b')
  feed.pause('stopped')
  feed.reconnect()
  say('1', 'b', 'c')
  expect(shown()).toEqual(['removed', 'b'])
})

test('filters without losing a message', () => {
  say('1', 'what?', 'b', 'c')
  feed.filter = { ...noFilter, kinds: new Set(['questions']) }
  expect(shown()).toEqual(['what?'])
  expect(feed.hiddenCount).toBe(2)
  say('1', 'why?', 'd')
  expect(shown()).toEqual(['what?', 'why?'])
  feed.filter = noFilter
  expect(shown()).toEqual(['what?', 'b', 'c', 'why?', 'd'])
})

test('counts as new only what the filter shows', () => {
  feed.filter = { ...noFilter, kinds: new Set(['questions']) }
  say('1', 'who?')
  shown()
  feed.pause('hovered')
  say('1', 'what?', 'b')
  shown()
  expect(feed.newCount).toBe(1)
})

test('drops the messages of a channel that is no longer shown', () => {
  say('1', 'a')
  say('2', 'b')
  shown()
  feed.keepChannels((id) => id === '2')
  expect(shown()).toEqual(['b'])
  feed.clear()
  expect(shown()).toEqual([])
})
