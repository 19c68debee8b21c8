import { expect, test } from 'vitest'
import { formatOptions, numbered, parseOptions, problemOf } from './vote-options.ts'

test.each([
  ['yes,no', ['yes', ''], ['no', '']],
  ['1:Chess, 2:Go ,', ['1', 'Chess'], ['2', 'Go']],
  [':),D:', [':)', ''], ['D:', '']],
  [':D:smile,<3:12:30', [':D', 'smile'], ['<3', '12:30']],
])('reads %s', (text, ...expected) => {
  const options = parseOptions(text)
  expect(options.map(({ token, label }) => [token, label])).toEqual(expected)
  expect(parseOptions(formatOptions(options))).toEqual(options)
})

test.each([
  ['', 'too_few'],
  ['yes', 'too_few'],
  ['1,2,3,4,5,6,7,8,9,10', 'too_many'],
  ['yes,not now', 'several_words'],
  ['yes,YES', 'twice'],
  ['1,１:one', 'twice'],
  [`yes,${'n'.repeat(65)}`, 'too_long'],
  [`1:yes,2:${'n'.repeat(61)}`, 'too_long'],
  ['yes,no', undefined],
  ['1,2,3,4,5,6,7,8,9', undefined],
])('finds what is wrong with %s', (text, problem) => {
  expect(problemOf(parseOptions(text))).toBe(problem)
})

test('numbers options, whose labels hold no separators', () => {
  expect(formatOptions(numbered(['Chess, fast', ' Go ']))).toBe('1:Chess  fast,2:Go')
})
