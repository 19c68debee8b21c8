import { expect, test } from 'vitest'
import { TokenBucket } from './token-bucket.ts'

/** How many may be taken at a time. */
function drain(bucket: TokenBucket): number {
  let taken = 0
  while (bucket.take()) taken++
  return taken
}

test('allows as many at once as it holds, and again what has flowed in since, never more than it holds', () => {
  let nowMs = 0
  const bucket = new TokenBucket(3, 2, () => nowMs)
  expect(drain(bucket)).toBe(3)
  nowMs = 499
  expect(drain(bucket)).toBe(0)
  nowMs = 500
  expect(drain(bucket)).toBe(1)
  nowMs = 1500
  expect(drain(bucket)).toBe(2)
  nowMs = 1_000_000
  expect(drain(bucket)).toBe(3)
})

test('requests that are refused cost nothing', () => {
  let nowMs = 0
  const bucket = new TokenBucket(1, 1, () => nowMs)
  expect(drain(bucket)).toBe(1)
  for (let index = 0; index < 100; index++) expect(bucket.take()).toBe(false)
  nowMs = 1000
  expect(bucket.take()).toBe(true)
})
