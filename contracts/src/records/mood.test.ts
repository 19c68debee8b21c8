import { expect, test } from 'vitest'
import { minCoveredMessages, moodOf } from './mood.ts'

test('gives shares of the messages with a known mood, and how many these are of all', () => {
  expect(moodOf({ positive: 20, negative: 10, neutral: 10 }, 80)).toEqual({
    positive: 0.5,
    negative: 0.25,
    coverage: 0.5,
  })
})

test('gives no shares of fewer than 25 messages with a known mood', () => {
  const neutral = minCoveredMessages - 1
  expect(moodOf({ positive: 0, negative: 0, neutral }, 1000)).toBeNull()
  expect(moodOf({ positive: 1, negative: 0, neutral }, 1000)).toEqual({
    positive: 1 / 25,
    negative: 0,
    coverage: 0.025,
  })
})
