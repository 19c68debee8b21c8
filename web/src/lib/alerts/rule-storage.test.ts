import { expect, test } from 'vitest'
import { hasStoredRules } from './rule-storage.ts'

test.each([
  [null, false],
  ['[]', false],
  ['[{}]', true],
])('of a browser that keeps %j', (kept, has) => {
  expect(hasStoredRules(() => ({ getItem: () => kept }))).toBe(has)
})

test('a browser that lets nothing be read has no rules', () => {
  const refuse = () => {
    throw new Error('denied')
  }
  expect(hasStoredRules(refuse)).toBe(false)
})
