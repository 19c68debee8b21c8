import { expect, test } from 'vitest'
import { ChatLines } from './chat-lines.ts'
import { ChatRows, cutOf, newRows, withRemoved, type Row } from './chat-rows.ts'
import { messages, removal } from './chat.fixture.ts'

const everything = () => true
const written = (rows: readonly Row[]) =>
  rows.map((row) => (row.kind === 'message' ? `${row.message.message} ${row.count}` : row.kind))

function linesOf(...texts: string[]): ChatLines {
  const lines = new ChatLines()
  lines.take(
    messages(
      '1',
      texts.map((text, index) => ({ message_id: `m${index}`, message: text, username: `u${index}` })),
    ),
  )
  return lines
}

test('puts repeats into the row of the first, or each in its own', () => {
  const lines = linesOf('a', 'b', 'A', 'a')
  expect(written(new ChatRows().of(lines.all, everything, true).rows)).toEqual(['a 3', 'b 1'])
  expect(written(new ChatRows().of(lines.all, everything, false).rows)).toEqual(['a 1', 'b 1', 'A 1', 'a 1'])
})

test('hides by the filter and says how many', () => {
  const lines = linesOf('a', 'b', 'a')
  lines.take(messages('1', [], 9))
  const { rows, hidden } = new ChatRows().of(lines.all, ({ message }) => message.message === 'b', true)
  expect(written(rows)).toEqual(['b 1', 'skipped'])
  expect(hidden).toBe(2)
})

test('gives the row of an unchanged message again', () => {
  const lines = linesOf('a', 'b')
  const rows = new ChatRows()
  const before = rows.of(lines.all, everything, true).rows
  lines.take(messages('1', [{ message_id: 'm9', message: 'b' }]))
  const now = rows.of(lines.all, everything, true).rows
  expect(now[0]).toBe(before[0])
  expect(written(now)).toEqual(['a 1', 'b 2'])
})

test('leaves a removed message its place, and nothing else of it', () => {
  const { rows } = new ChatRows().of(linesOf('a', 'b', 'c').all, everything, true)
  const now = withRemoved(rows, removal('1', { user_ids: ['id of u1'] }))
  expect(written(now)).toEqual(['a 1', 'removed', 'c 1'])
  expect(now.map(({ key }) => key)).toEqual(rows.map(({ key }) => key))
  expect(JSON.stringify(now[1])).not.toMatch(/u1|"b"/)
  expect(withRemoved(now, removal('2', { all: true }))).toBe(now)
})

test('finds how many rows left at the start', () => {
  const { rows } = new ChatRows().of(linesOf('a', 'b', 'c').all, everything, true)
  expect(cutOf([], rows)).toBe(0)
  expect(cutOf(rows, rows)).toBe(0)
  expect(cutOf(rows, rows.slice(2))).toBe(2)
  expect(cutOf(rows.slice(1), rows)).toBeUndefined()
  expect(cutOf(rows, [])).toBeUndefined()
})

test('finds the messages below a row', () => {
  const { rows } = new ChatRows().of(linesOf('a', 'b', 'c').all, everything, true)
  expect(written(newRows(rows, rows[1]?.key))).toEqual(['c 1'])
  expect(newRows(rows, rows[2]?.key)).toEqual([])
  expect(newRows(rows, 'gone')).toHaveLength(3)
})
