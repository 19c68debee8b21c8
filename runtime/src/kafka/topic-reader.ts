import { randomUUID } from 'node:crypto'
import type { Kafka } from 'kafkajs'
import type { Logger } from '../process/logger.ts'
import { connectAdmin } from './admin.ts'
import { CatchUp } from './catch-up.ts'
import { toTopicRecord, type TopicRecord } from './record.ts'
import { subscribe } from './subscribe.ts'
import { awaitOffsets, type PartitionOffsets } from './topic-offsets.ts'

export interface TopicReader extends AsyncDisposable {
  /** Resolves when every record that existed at the start has been read. */
  readonly caughtUp: Promise<void>
  /** Records that existed at the last fetch and have not been read. */
  lag(): number
  /** When the broker last answered a fetch, monotonic ms. */
  lastContactAtMs(): number
}

/** Receives the records of a partition in order. `isCatchingUp`: records that existed at the start are not all read. Must not throw. */
type OnRecords = (records: readonly TopicRecord[], isCatchingUp: boolean) => void

const sessionTimeoutMs = 10_000

/** Reads a topic like `readTopicInBatches`, record by record. `onRecord` must not throw. */
export function readWholeTopic(
  kafka: Kafka,
  topic: string,
  logger: Logger,
  onRecord: (record: TopicRecord) => void,
): Promise<TopicReader> {
  return readTopicInBatches(kafka, topic, logger, (records) => records.forEach(onRecord))
}

/**
 * Reads a topic from its beginning and then follows it, uncommitted records included: for views in memory. Each reader is a
 * consumer group of its own, because kafkajs 2.2.4 cannot consume without one.
 */
export async function readTopicInBatches(
  kafka: Kafka,
  topic: string,
  logger: Logger,
  onRecords: OnRecords,
): Promise<TopicReader> {
  const catchUp = new CatchUp(await fetchEnds(kafka, topic, logger))
  const caughtUp = Promise.withResolvers<undefined>()
  if (catchUp.isDone) caughtUp.resolve(undefined)
  const lags = new Map<number, number>()
  let lastContactAtMs = performance.now()
  const noteContact = () => {
    lastContactAtMs = performance.now()
  }
  const consumer = kafka.consumer({
    groupId: `${topic}-view-${randomUUID()}`,
    readUncommitted: true,
    maxWaitTimeInMs: 100,
    sessionTimeout: sessionTimeoutMs,
    heartbeatInterval: sessionTimeoutMs / 4,
    // After a lost connection the group waits this long for this reader's former member.
    rebalanceTimeout: sessionTimeoutMs,
  })
  // Also emitted for batches of only control records, which `eachBatch` does not get (src/consumer/runner.js).
  consumer.on(consumer.events.END_BATCH_PROCESS, ({ payload }) => {
    noteContact()
    lags.set(payload.partition, Number(payload.offsetLag))
    if (catchUp.advance(payload.partition, BigInt(payload.lastOffset) + 1n)) caughtUp.resolve(undefined)
  })
  consumer.on(consumer.events.FETCH, noteContact)
  consumer.on(consumer.events.CRASH, ({ payload }) => {
    if (payload.restart) return
    logger.error({ err: payload.error, topic }, 'reading a topic failed for good')
    throw payload.error
  })
  await subscribe(consumer, topic, logger)
  await consumer.run({
    autoCommit: false,
    eachBatch: ({ batch }) => {
      const records = batch.messages.map((message) => toTopicRecord(topic, batch.partition, message))
      onRecords(records, !catchUp.isDone)
      return Promise.resolve()
    },
  })
  return {
    caughtUp: caughtUp.promise,
    lag: () => [...lags.values()].reduce((sum, lag) => sum + lag, 0),
    lastContactAtMs: () => lastContactAtMs,
    [Symbol.asyncDispose]: () => consumer.disconnect(),
  }
}

async function fetchEnds(kafka: Kafka, topic: string, logger: Logger): Promise<PartitionOffsets[]> {
  await using admin = await connectAdmin(kafka)
  return await awaitOffsets(admin, topic, logger)
}
