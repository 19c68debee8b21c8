import { expect, test } from 'vitest'
import type { ShownMessage } from '@chat-battle/contracts/records/shown-message'
import { ChatLines, cutAtLines, maxLines, repeatWithinMs } from './chat-lines.ts'
import { messages, removal } from './chat.fixture.ts'

const texts = (lines: ChatLines) =>
  lines.all.map((line) => (line.kind === 'message' ? line.message.message : `skipped ${line.count}`))
const said = (channel: string, ...all: [text: string, at: number][]) =>
  messages(
    channel,
    all.map(([text, timestamp]) => ({ message_id: text, message: text, timestamp })),
  )

test('merges channels by the time of their messages', () => {
  const lines = new ChatLines()
  lines.take(said('1', ['a', 1000], ['d', 4000]))
  lines.take(said('2', ['b', 2000], ['c', 3000], ['e', 5000]))
  expect(texts(lines)).toEqual(['a', 'b', 'c', 'd', 'e'])
})

test('keeps the order of arrival within the same time', () => {
  const lines = new ChatLines()
  lines.take(said('1', ['a', 1000], ['b', 1000]))
  lines.take(said('2', ['c', 1000]))
  expect(texts(lines)).toEqual(['a', 'b', 'c'])
})

test('takes each message once, and the same id of another channel too', () => {
  const lines = new ChatLines()
  lines.take(said('1', ['a', 1000]))
  lines.take(said('1', ['a', 1000], ['b', 2000]))
  lines.take(said('2', ['a', 3000]))
  expect(texts(lines)).toEqual(['a', 'b', 'a'])
})

test('puts kept messages of long ago between those of other channels', () => {
  const lines = new ChatLines()
  lines.take(said('1', ['new', 9_000_000]))
  lines.take(said('2', ['old', 1000]))
  expect(texts(lines)).toEqual(['old', 'new'])
})

test('does not let a message from the future hold back the others', () => {
  const lines = new ChatLines()
  lines.take(said('1', ['future', 9_000_000_000]))
  lines.take(said('1', ['a', 1000], ['b', 2000]))
  expect(texts(lines)).toEqual(['future', 'a', 'b'])
})

test('shows where messages are missing', () => {
  const lines = new ChatLines()
  lines.take(said('1', ['a', 1000]))
  lines.take(messages('1', [{ message_id: 'b', message: 'b', timestamp: 5000 }], 37))
  expect(texts(lines)).toEqual(['a', 'skipped 37', 'b'])
  lines.take(messages('1', [], 2))
  expect(texts(lines)).toEqual(['a', 'skipped 37', 'b', 'skipped 2'])
})

test('does not count as missing what came before the page', () => {
  const lines = new ChatLines()
  lines.take(messages('1', [{ message: 'a' }], 800))
  expect(texts(lines)).toEqual(['a'])
})

test('replaces what it holds of a channel by the first messages of another connection', () => {
  const lines = new ChatLines()
  lines.take(said('1', ['a', 1000], ['b', 2000]))
  lines.take(said('2', ['x', 1500]))
  lines.reconnect()
  lines.take(said('1', ['b', 2000], ['c', 3000]))
  lines.take(said('1', ['d', 4000]))
  expect(texts(lines)).toEqual(['x', 'b', 'c', 'd'])
})

test('keeps a bounded number of lines, the newest', () => {
  const lines = new ChatLines()
  for (let at = 0; at <= cutAtLines; at++) lines.take(said('1', [`m${at}`, at]))
  expect(lines.all).toHaveLength(maxLines)
  expect(texts(lines).at(-1)).toBe(`m${cutAtLines}`)
  lines.take(said('1', ['m0', cutAtLines + 1]))
  expect(texts(lines).at(-1)).toBe('m0')
})

test('removes messages by their ids, by their author, or all of a channel', () => {
  const lines = new ChatLines()
  lines.take(
    messages('1', [
      { message_id: 'a', message: 'a' },
      { message_id: 'b', message: 'b', username: 'ben' },
      { message_id: 'c', message: 'c', username: 'cy' },
    ]),
  )
  lines.take(messages('2', [{ message_id: 'a', message: 'elsewhere', username: 'ben' }]))
  lines.remove(removal('1', { message_ids: ['a'] }))
  expect(texts(lines)).toEqual(['b', 'c', 'elsewhere'])
  lines.remove(removal('1', { user_ids: ['id of ben'] }))
  expect(texts(lines)).toEqual(['c', 'elsewhere'])
  lines.remove(removal('1', { all: true }))
  expect(texts(lines)).toEqual(['elsewhere'])
})

test('takes the same text within some seconds as a repeat, whoever writes it', () => {
  const lines = new ChatLines()
  const variants = ['POG now', 'pog  NOW', 'pog now \u{e0000}', ' pog\u200b now']
  for (const [index, text] of variants.entries())
    lines.take(messages('1', [{ message_id: `${index}`, message: text, username: `u${index}` }]))
  lines.take(messages('1', [{ message_id: 'other', message: 'pog' }]))
  lines.take(messages('2', [{ message_id: 'elsewhere', message: 'pog now' }]))
  lines.take(messages('1', [{ message_id: 'later', message: 'pog now', timestamp: 1001 + repeatWithinMs }]))
  const groups = lines.all.map((line) => (line.kind === 'message' ? line.group : 0))
  expect(groups).toEqual([1, 1, 1, 1, 2, 3, 4])
})

test('drops the channels that are no longer shown', () => {
  const lines = new ChatLines()
  lines.take(said('1', ['a', 1000]))
  lines.take(said('2', ['b', 2000]))
  lines.keepChannels((id) => id === '2')
  expect(texts(lines)).toEqual(['b'])
})

test('knows what a message is', () => {
  const lines = new ChatLines()
  const kinds = (given: Partial<ShownMessage>) => {
    lines.take(messages('1', [{ message_id: String(lines.newestOrder), ...given }]))
    const line = lines.all.at(-1)
    return line?.kind === 'message' ? [...line.kinds] : []
  }
  expect(kinds({ message: 'what is this?' })).toEqual(['questions'])
  expect(kinds({ message: 'why?! no' })).toEqual(['questions'])
  expect(kinds({ message: '何？' })).toEqual(['questions'])
  expect(kinds({ message: '???' })).toEqual([])
  expect(kinds({ message: 'https://example.com/?a=b' })).toEqual(['links'])
  expect(kinds({ message: 'https://example.com/really?' })).toEqual(['links'])
  expect(kinds({ message: 'hi', is_first: true, is_subscriber: true })).toEqual(['first', 'subscribers'])
})
