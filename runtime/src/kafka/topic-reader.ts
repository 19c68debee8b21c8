import { randomUUID } from 'node:crypto'
import type { Kafka } from 'kafkajs'
import type { Logger } from '../process/logger.ts'
import { subscribe } from './client.ts'
import { persistently } from './persistently.ts'
import { fetchOffsets } from './topic-offsets.ts'

export interface TopicRecord {
  topic: string
  partition: number
  offset: string
  /** The broker's append time, epoch ms. */
  appendedAtMs: number
  key: string
  value: Buffer | null
}

export interface TopicReader extends AsyncDisposable {
  /** Resolves when everything that was there at the start has been read. */
  readonly caughtUp: Promise<void>
  /** Records that were there at the last fetch and have not been read. */
  lag(): number
  /** When the broker was last heard of, by `performance.now()`. */
  heardAtMs(): number
}

const sessionTimeoutMs = 10_000

/**
 * Reads the whole of a topic, from the beginning and for ever, uncommitted records too: for those who keep a view of it in
 * memory. Each reader is a consumer group of its own, which the broker forgets after it. `onRecord` must not throw.
 */
export async function readWholeTopic(
  kafka: Kafka,
  topic: string,
  logger: Logger,
  onRecord: (record: TopicRecord) => void,
): Promise<TopicReader> {
  const consumer = kafka.consumer({
    groupId: `${topic}-view-${randomUUID()}`,
    readUncommitted: true,
    maxWaitTimeInMs: 100,
    sessionTimeout: sessionTimeoutMs,
    heartbeatInterval: sessionTimeoutMs / 4,
    // A member of its own that was lost with a connection is waited for no longer.
    rebalanceTimeout: sessionTimeoutMs,
  })
  const admin = kafka.admin()
  await admin.connect()
  const offsets = await persistently(`looking up the end of ${topic}`, logger, () =>
    fetchOffsets(admin, topic),
  )
  const ends = offsets.filter(({ low, high }) => high > low)
  await admin.disconnect()
  const awaited = new Map(ends.map(({ partition, high }) => [partition, high]))
  const lags = new Map<number, number>()
  const caughtUp = Promise.withResolvers<undefined>()
  let heardAtMs = performance.now()
  const hear = () => {
    heardAtMs = performance.now()
  }
  if (awaited.size === 0) caughtUp.resolve(undefined)

  // Tells also of batches that hold nothing but a transaction's control records, which `eachBatch` never sees.
  consumer.on(consumer.events.END_BATCH_PROCESS, ({ payload }) => {
    hear()
    lags.set(payload.partition, Number(payload.offsetLag))
    if (BigInt(payload.lastOffset) + 1n >= (awaited.get(payload.partition) ?? Infinity))
      awaited.delete(payload.partition)
    if (awaited.size === 0) caughtUp.resolve(undefined)
  })
  consumer.on(consumer.events.FETCH, hear)
  consumer.on(consumer.events.CRASH, ({ payload }) => {
    if (payload.restart) return
    logger.error({ err: payload.error, topic }, 'reading has ended for good')
    throw payload.error
  })
  await subscribe(consumer, topic, logger)
  await consumer.run({
    autoCommit: false,
    eachBatch: ({ batch }) => {
      for (const { offset, timestamp, key, value } of batch.messages) {
        onRecord({
          topic,
          partition: batch.partition,
          offset,
          appendedAtMs: Number(timestamp),
          key: String(key),
          value,
        })
      }
      return Promise.resolve()
    },
  })
  return {
    caughtUp: caughtUp.promise,
    lag: () => [...lags.values()].reduce((sum, lag) => sum + lag, 0),
    heardAtMs: () => heardAtMs,
    [Symbol.asyncDispose]: () => consumer.disconnect(),
  }
}
