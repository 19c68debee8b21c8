import { expect, test } from 'vitest'
import { until } from '@chat-battle/testkit/testing'
import { RateLimiter } from './rate-limiter.ts'

test('grants a request over the limit when its turn comes', async () => {
  const limiter = new RateLimiter({ times: 1, perMs: 20 })
  const granted: number[] = []
  for (let index = 0; index < 3; index++) limiter.request(() => granted.push(index) > -1)
  expect(granted).toEqual([0])
  await until(() => granted.length === 3, 'all are granted')
  expect(granted).toEqual([0, 1, 2])
})

test('never grants requests that wait at the stop', () => {
  let nowMs = 0
  const limiter = new RateLimiter({ times: 1, perMs: 1000 }, () => nowMs)
  const granted: string[] = []
  for (const name of ['first', 'waiting']) limiter.request(() => granted.push(name) > 0)
  limiter.stop()
  nowMs = 1001
  limiter.request(() => granted.push('later') > 0)
  expect(granted).toEqual(['first', 'later'])
})

test('grants requests in order, and never more than the limit in any stretch of its length', () => {
  let now = 0
  const granted: { atMs: number; index: number }[] = []
  const limiter = new RateLimiter({ times: 20, perMs: 10_000 }, () => now)
  for (let index = 0; index < 30; index++) limiter.request(() => granted.push({ atMs: now, index }) > 0)
  expect(granted).toHaveLength(20)
  now = 9999
  limiter.request(() => granted.push({ atMs: now, index: 30 }) > 0)
  expect(granted).toHaveLength(20)
  now = 10_001
  limiter.request(() => granted.push({ atMs: now, index: 31 }) > 0)
  expect(granted.map(({ index }) => index)).toEqual(Array.from({ length: 32 }, (_, index) => index))
  limiter.stop()
})

test('gives an unused turn to the next request', () => {
  const limiter = new RateLimiter({ times: 1, perMs: 10_000 }, () => 0)
  const joined: string[] = []
  for (let index = 0; index < 50; index++) limiter.request(() => false)
  limiter.request(() => joined.push('arena') > 0)
  limiter.request(() => joined.push('late') > 0)
  expect(joined).toEqual(['arena'])
  limiter.stop()
})
