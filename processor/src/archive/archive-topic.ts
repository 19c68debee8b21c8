import { setTimeout as delay } from 'node:timers/promises'
import type cassandra from 'cassandra-driver'
import type { Kafka } from 'kafkajs'
import type { Logger } from '@chat-battle/runtime/process/logger'
import type { DeadLetters } from '@chat-battle/runtime/kafka/dead-letters'
import { subscribe } from '@chat-battle/runtime/kafka/client'
import { leaveGroup } from '@chat-battle/runtime/kafka/leave-group'
import { writeRows, type RowToWrite, type WriteMetrics } from './cassandra-writer.ts'
import type { Row } from './rows.ts'

export interface TopicArchive {
  groupId: string
  topic: string
  table: string
  /** A record's row; undefined for one that is not archived. Throws for one that cannot be understood. */
  toRow: (value: Buffer | null) => Row | undefined
}

export interface ArchiveDeps {
  kafka: Kafka
  cassandra: cassandra.Client
  logger: Logger
  deadLetters: DeadLetters
  metrics: WriteMetrics & { lag: (partition: number, records: number) => void }
  /** Whether the process has work that is more urgent. */
  shouldYield: () => boolean
  onFatal: (error: Error) => void
}

const sessionTimeoutMs = 10_000
/** How long a batch waits at most for work that is more urgent: the archive may be late, but comes on. */
const waitsWithinMs = 1000

/**
 * Writes a topic into a table. A batch's offset is committed when every row of it was acknowledged. A commit by an instance
 * that has lost the partition can only move the position back: rows are then written again, as the same rows.
 */
export async function archiveTopic(archive: TopicArchive, deps: ArchiveDeps): Promise<AsyncDisposable> {
  const { topic, table, groupId, toRow } = archive
  const { kafka, cassandra, logger, metrics, deadLetters } = deps
  const consumer = kafka.consumer({
    groupId,
    sessionTimeout: sessionTimeoutMs,
    heartbeatInterval: sessionTimeoutMs / 4,
    maxWaitTimeInMs: 250,
    maxBytesPerPartition: 512 * 1024,
  })
  let isStopping = false
  consumer.on(consumer.events.CRASH, ({ payload }) => {
    if (!payload.restart) deps.onFatal(payload.error)
  })
  await subscribe(consumer, topic, logger)
  // Not waited for: after another's crash the group lets nobody in for a whole session.
  const running = consumer.run({
    autoCommit: false,
    eachBatchAutoResolve: false,
    eachBatch: async ({ batch, heartbeat, resolveOffset, commitOffsetsIfNecessary }) => {
      const rows: RowToWrite[] = []
      for (const { offset, value, timestamp } of batch.messages) {
        const record = { topic, partition: batch.partition, offset, value }
        try {
          const row = toRow(value)
          if (row !== undefined) rows.push({ row, writtenAtMs: Number(timestamp), record })
        } catch (error) {
          deadLetters.keep(record, error)
        }
      }
      const deadlineMs = performance.now() + waitsWithinMs
      while (deps.shouldYield() && performance.now() < deadlineMs) await delay(50)
      // Heartbeats go on while rows wait; one that tells of a rebalance ends the batch, and its next owner writes it again.
      await writeRows(cassandra, table, rows, {
        logger,
        metrics,
        deadLetters,
        async stillWanted() {
          if (isStopping) throw new Error('stopping; the batch is written by the next owner')
          await heartbeat()
        },
      })
      resolveOffset(batch.lastOffset())
      const offset = String(BigInt(batch.lastOffset()) + 1n)
      await commitOffsetsIfNecessary({
        topics: [{ topic, partitions: [{ partition: batch.partition, offset }] }],
      })
      metrics.lag(batch.partition, Number(batch.offsetLag()))
    },
  })
  running.catch(deps.onFatal)
  return {
    async [Symbol.asyncDispose]() {
      isStopping = true
      await leaveGroup(consumer, running)
    },
  }
}
