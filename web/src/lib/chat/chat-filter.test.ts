import { expect, test } from 'vitest'
import type { ShownMessage } from '@chat-battle/contracts/records/shown-message'
import { isFiltering, matcher, noFilter } from './chat-filter.ts'
import { ChatLines } from './chat-lines.ts'
import { messages } from './chat.fixture.ts'
import type { FilterKind } from './line-kinds.ts'

function shows(kinds: readonly FilterKind[], words: string, given: Partial<ShownMessage>): boolean {
  const lines = new ChatLines()
  lines.take(messages('1', [given]))
  const [line] = lines.all
  if (line?.kind !== 'message') throw new Error('no line')
  return matcher({ kinds: new Set(kinds), words }, (id) => (id === '1' ? 'arena' : undefined))(line)
}

test('shows everything without a filter', () => {
  expect(isFiltering(noFilter)).toBe(false)
  expect(shows([], ' , ', {})).toBe(true)
  expect(isFiltering({ ...noFilter, words: ' , ' })).toBe(false)
})

test('shows any of the chosen kinds', () => {
  expect(shows(['questions', 'links'], '', { message: 'see https://example.com' })).toBe(true)
  expect(shows(['questions', 'links'], '', { message: 'see' })).toBe(false)
})

test('finds mentions of the channel, and answers to it', () => {
  expect(shows(['mentions'], '', { message: 'hi @Arena!' })).toBe(true)
  expect(shows(['mentions'], '', { message: 'hi @ada' })).toBe(false)
  const reply_to = { message_id: 'x', user_id: '1', username: 'arena', is_bot: null }
  expect(shows(['mentions'], '', { message: 'yes', reply_to })).toBe(true)
})

test.each([
  ['gg', 'GG wp', true],
  ['gg', 'eggs', false],
  ['egg', 'two eggs', true],
  ['nope, wp', 'gg wp', true],
  ['a.c', 'abc', false],
  ['c++ (', 'I like C++', true],
  ['(', 'a (b)', true],
  ['über', 'ÜBERALL', true],
  ['adab', 'hello', false],
  ['ad', 'hello', true],
])('reads the words %j in %j by ada as %s', (words, text, isShown) => {
  expect(shows([], words, { message: text })).toBe(isShown)
})

test('limits a kind by words', () => {
  expect(shows(['subscribers'], 'give', { message: 'giveaway', is_subscriber: true })).toBe(true)
  expect(shows(['subscribers'], 'give', { message: 'giveaway' })).toBe(false)
  expect(shows(['subscribers'], 'give', { message: 'hi', is_subscriber: true })).toBe(false)
})
