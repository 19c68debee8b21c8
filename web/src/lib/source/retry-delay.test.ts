import { expect, test } from 'vitest'
import { retryDelay } from './retry-delay.ts'

test('doubles the delay after each failure, up to a minute, half of it random', () => {
  const delays = (random: number) => [1, 2, 3, 6, 60].map((failures) => retryDelay(failures, () => random))
  expect(delays(1)).toEqual([2000, 4000, 8000, 60_000, 60_000])
  expect(delays(0)).toEqual([1000, 2000, 4000, 30_000, 30_000])
})
