import { expect, test } from 'vitest'
import { deadLetterProblem, deadLetterText } from './dead-letter-text.ts'

test.each([
  ['a short value', Buffer.from('{"name":"Zoë"}'), '{"name":"Zoë"}'],
  ['no text', Buffer.from([0xff, 0x41]), '\ufffdA'],
  ['the whole of 600 bytes', Buffer.from('x'.repeat(600)), 'x'.repeat(600)],
  ['the beginning of more', Buffer.from('x'.repeat(601)), `${'x'.repeat(600)}…`],
  ['no half of a character', Buffer.from(`${'x'.repeat(599)}ë`), `${'x'.repeat(599)}…`],
])('shows %s', (_, value, expected) => {
  expect(deadLetterText(value.toString('base64'))).toBe(expected)
})

test.each([
  ['not JSON', 'not JSON'],
  ['{"message":"x"}', '{"message":"x"}'],
  ['[]', '[]'],
  [
    '[{"path":["gaps",0,"to"],"message":"too small"},{"path":[],"message":"no object"}]',
    'gaps.0.to: too small\nvalue: no object',
  ],
  [
    JSON.stringify(Array.from({ length: 5 }, () => ({ path: ['a'], message: 'b' }))),
    'a: b\na: b\na: b\na: b\n…',
  ],
])('says what is wrong by %s', (problem, expected) => {
  expect(deadLetterProblem(problem)).toBe(expected)
})
