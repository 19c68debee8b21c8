import { expect, test } from 'vitest'
import { retryDelay } from './retry-delay.ts'

test('attempts are further apart the more of them failed, up to a minute, and differ between pages', () => {
  const delays = (random: number) => [1, 2, 3, 6, 60].map((failures) => retryDelay(failures, () => random))
  expect(delays(1)).toEqual([2000, 4000, 8000, 60_000, 60_000])
  expect(delays(0)).toEqual([1000, 2000, 4000, 30_000, 30_000])
})
