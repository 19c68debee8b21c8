import { expect, test } from 'vitest'
import { backoffMs } from './backoff.ts'

test('waits a random time below a limit that doubles up to half a minute', () => {
  expect([0, 1, 5, 50].map((attempt) => backoffMs(attempt, () => 0.999))).toEqual([249, 499, 7992, 29_970])
  expect(backoffMs(10, () => 0)).toBe(0)
})
