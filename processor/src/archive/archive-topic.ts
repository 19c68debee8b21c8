import { setTimeout as delay } from 'node:timers/promises'
import type { Logger } from '@chat-battle/runtime/process/logger'
import type { DeadLetters } from '@chat-battle/runtime/kafka/dead-letters'
import type { CassandraClient } from '@chat-battle/runtime/cassandra/client'
import type { KafkaClient } from '@chat-battle/runtime/kafka/client'
import type { TopicRecord } from '@chat-battle/runtime/kafka/record'
import { GroupConsumer, type RecordBatch } from '@chat-battle/runtime/kafka/group-consumer'
import { writeRows, type RowToWrite, type WriteMetrics } from './cassandra-writer.ts'
import type { TableRow } from './rows.ts'
import type { RetryOptions } from './until-answered.ts'

export interface TopicArchive {
  groupId: string
  topic: string
  /** Names the topic's position in the metrics. */
  table: string
  /** Called before the rows of a batch are made. */
  prepare?: (records: readonly TopicRecord[], retry: RetryOptions) => Promise<void>
  /** Called when every row of a batch is acknowledged, before its position is committed. */
  complete?: (records: readonly TopicRecord[], retry: RetryOptions) => Promise<void>
  /** The rows of a record, in any tables. Throws if it cannot be decoded. */
  toRows: (record: TopicRecord) => readonly TableRow[]
}

export interface ArchiveDeps {
  kafka: KafkaClient
  cassandra: CassandraClient
  logger: Logger
  deadLetters: DeadLetters
  metrics: WriteMetrics & {
    lag: (table: string, partition: number, records: number) => void
    removed: (messages: number) => void
  }
  /** Whether the process has more urgent work. */
  shouldYield: () => boolean
  onFatal: (error: Error) => void
}

const sessionTimeoutMs = 10_000
/** How long a batch waits at most while the process has more urgent work: the archive may be late, but goes on. */
const maxYieldMs = 1000
const yieldPollMs = 50

/**
 * A consumer, not started yet, that writes a topic into tables. A batch's offset is committed when each of its rows was acknowledged. A commit by an instance
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
      const retry = {
        logger: deps.logger,
        keepAlive: () => batch.keepAlive(),
        onRetry: () => deps.metrics.retried(archive.table),
      }
      await archive.prepare?.(batch.records, retry)
      await writeBatch(batch, archive, deps)
      await archive.complete?.(batch.records, retry)
      batch.resolve()
      await batch.commit()
      deps.metrics.lag(archive.table, batch.partition, batch.lagRecords)
    },
    onFatal: deps.onFatal,
  })
}

async function writeBatch(batch: RecordBatch, { toRows }: TopicArchive, deps: ArchiveDeps): Promise<void> {
  const { cassandra, logger, metrics, deadLetters, shouldYield } = deps
  const rows: RowToWrite[] = []
  for (const record of batch.records) {
    try {
      for (const row of toRows(record)) rows.push({ ...row, record })
    } catch (error) {
      deadLetters.keep(record, error)
    }
  }
  const deadlineMs = performance.now() + maxYieldMs
  while (shouldYield() && performance.now() < deadlineMs) await delay(yieldPollMs)
  await writeRows(cassandra, rows, {
    logger,
    metrics,
    deadLetters,
    keepAlive: () => batch.keepAlive(),
  })
}
