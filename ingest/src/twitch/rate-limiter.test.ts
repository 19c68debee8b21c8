import { expect, test } from 'vitest'
import { until } from '@chat-battle/testkit/testing'
import { RateLimiter } from './rate-limiter.ts'

test('a request over the limit is granted by itself when its turn comes', async () => {
  const limiter = new RateLimiter({ times: 1, perMs: 20 })
  const granted: number[] = []
  for (let index = 0; index < 3; index++) limiter.request(() => granted.push(index) > -1)
  expect(granted).toEqual([0])
  await until(() => granted.length === 3, 'all are granted')
  expect(granted).toEqual([0, 1, 2])
})

test('requests that wait when it is stopped are never granted', () => {
  let nowMs = 0
  const limiter = new RateLimiter({ times: 1, perMs: 1000 }, () => nowMs)
  const granted: string[] = []
  for (const name of ['first', 'waiting']) limiter.request(() => granted.push(name) > 0)
  limiter.stop()
  nowMs = 1001
  limiter.request(() => granted.push('later') > 0)
  expect(granted).toEqual(['first', 'later'])
})
