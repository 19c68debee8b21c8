import { setTimeout as delay } from 'node:timers/promises'
import type { Logger } from '@chat-battle/runtime/process/logger'
import type { DeadLetters } from '@chat-battle/runtime/kafka/dead-letters'
import type { CassandraClient } from '@chat-battle/runtime/cassandra/client'
import type { KafkaClient } from '@chat-battle/runtime/kafka/client'
import type { TopicRecord } from '@chat-battle/runtime/kafka/record'
import { GroupConsumer, type RecordBatch } from '@chat-battle/runtime/kafka/group-consumer'
import { writeRows, type RowToWrite, type WriteMetrics } from './cassandra-writer.ts'
import type { Row } from './rows.ts'

export interface TopicArchive {
  groupId: string
  topic: string
  table: string
  /** The row of a record; undefined if it is not archived. Throws if it cannot be decoded. */
  toRow: (record: TopicRecord) => Row | undefined
}

export interface ArchiveDeps {
  kafka: KafkaClient
  cassandra: CassandraClient
  logger: Logger
  deadLetters: DeadLetters
  metrics: WriteMetrics & { lag: (partition: number, records: number) => void }
  /** Whether the process has more urgent work. */
  shouldYield: () => boolean
  onFatal: (error: Error) => void
}

const sessionTimeoutMs = 10_000
/** How long a batch waits at most while the process has more urgent work: the archive may be late, but goes on. */
const maxYieldMs = 1000
const yieldPollMs = 50

/**
 * A consumer, not started yet, that writes a topic into a table. A batch's offset is committed when each of its rows was acknowledged. A commit by an instance
 * that has lost the partition can only move the position back: the same rows are then written again.
 */
export function createTopicArchive(archive: TopicArchive, deps: ArchiveDeps): GroupConsumer {
  const { topic, groupId } = archive
  const options = {
    groupId,
    topic,
    logger: deps.logger,
    sessionTimeoutMs,
    heartbeatIntervalMs: sessionTimeoutMs / 4,
    maxWaitMs: 250,
    maxBytesPerPartition: 512 * 1024,
  }
  return new GroupConsumer(deps.kafka, options, {
    async onBatch(batch) {
      await writeBatch(batch, archive, deps)
      batch.resolve()
      await batch.commit()
      deps.metrics.lag(batch.partition, batch.lagRecords)
    },
    onFatal: deps.onFatal,
  })
}

async function writeBatch(
  batch: RecordBatch,
  { table, toRow }: TopicArchive,
  deps: ArchiveDeps,
): Promise<void> {
  const { cassandra, logger, metrics, deadLetters, shouldYield } = deps
  const rows: RowToWrite[] = []
  for (const record of batch.records) {
    try {
      const row = toRow(record)
      if (row !== undefined) rows.push({ row, record })
    } catch (error) {
      deadLetters.keep(record, error)
    }
  }
  const deadlineMs = performance.now() + maxYieldMs
  while (shouldYield() && performance.now() < deadlineMs) await delay(yieldPollMs)
  await writeRows(cassandra, table, rows, {
    logger,
    metrics,
    deadLetters,
    keepAlive: () => batch.keepAlive(),
  })
}
