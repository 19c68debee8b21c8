import { expect, test } from 'vitest'
import { markReachedBy } from './mark-keys.ts'

test.each([
  ['ArrowLeft', 2, 1],
  ['ArrowLeft', 0, 0],
  ['ArrowRight', 2, 3],
  ['ArrowRight', 3, 3],
  ['Home', 2, 0],
  ['End', 1, 3],
])('%s leads from mark %i of four to mark %i', (key, place, reached) => {
  expect(markReachedBy(key, place, 4)).toBe(reached)
})

test('leaves other keys alone', () => expect(markReachedBy('Enter', 1, 4)).toBeUndefined())
test('leads nowhere from beside the marks', () => expect(markReachedBy('End', -1, 4)).toBeUndefined())
