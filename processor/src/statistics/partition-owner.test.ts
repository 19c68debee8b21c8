import { expect, test } from 'vitest'
import { createLogger } from '@chat-battle/service/logger'
import { createRegistry } from '@chat-battle/service/metrics'
import { message } from './chat-events.fixture.ts'
import { createStatisticsMetrics } from './metrics.ts'
import { PartitionOwner } from './partition-owner.ts'

test('one that catches up writes its state now and then: an owner that ends soon has not done it all in vain', async () => {
  let writes = 0
  const owner = await PartitionOwner.restore({
    partition: 0,
    store: {
      topic: 'processor-state',
      restored: new Map(),
      write: () => Promise.resolve(void writes++),
      close: () => Promise.resolve(),
    },
    logger: createLogger('test', 'silent'),
    poison: { keep: () => undefined },
    metrics: createStatisticsMetrics(createRegistry(), { partitions: () => 1, channels: () => 1 }),
    offerFrame: () => undefined,
    onFlushed: () => undefined,
    onLost: (error) => expect.fail(String(error)),
  })
  const records = (from: number, count: number) =>
    Array.from({ length: count }, (_, index) => ({
      offset: BigInt(from + index),
      appendMs: 1000,
      event: message(1000, { user_id: String(index % 10) }),
    }))
  owner.process(records(0, 10_000))
  expect(owner.isFull).toBe(false)
  owner.process(records(10_000, 1))
  expect(owner.isFull).toBe(true)
  await owner.flush()
  expect(writes).toBe(1)
  expect(owner.isFull).toBe(false)
  owner.abandon()
})
