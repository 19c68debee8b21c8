import { expect, test } from 'vitest'
import { TokenBucket } from './token-bucket.ts'

/** Takes all tokens, and returns how many there were. */
function drain(bucket: TokenBucket): number {
  let taken = 0
  while (bucket.take()) taken++
  return taken
}

test('allows its capacity at once', () => {
  expect(drain(new TokenBucket(3, 2, () => 0))).toBe(3)
})

test('refills at its rate, up to its capacity', () => {
  let nowMs = 0
  const bucket = new TokenBucket(3, 2, () => nowMs)
  drain(bucket)
  nowMs = 499
  expect(drain(bucket)).toBe(0)
  nowMs = 500
  expect(drain(bucket)).toBe(1)
  nowMs = 1500
  expect(drain(bucket)).toBe(2)
  nowMs = 1_000_000
  expect(drain(bucket)).toBe(3)
})

test('does not charge refused requests', () => {
  let nowMs = 0
  const bucket = new TokenBucket(1, 1, () => nowMs)
  expect(drain(bucket)).toBe(1)
  for (let index = 0; index < 100; index++) expect(bucket.take()).toBe(false)
  nowMs = 1000
  expect(bucket.take()).toBe(true)
})
