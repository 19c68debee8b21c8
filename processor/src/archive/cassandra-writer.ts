import { setTimeout as delay } from 'node:timers/promises'
import type { CassandraClient } from '@chat-battle/runtime/cassandra/client'
import { insertRow, isRowAtFault } from '@chat-battle/runtime/cassandra/insert'
import type { DeadLetters } from '@chat-battle/runtime/kafka/dead-letters'
import type { TopicRecord } from '@chat-battle/runtime/kafka/record'
import type { Logger } from '@chat-battle/runtime/process/logger'
import type { TableRow } from './rows.ts'

const maxInFlight = 256
const firstRetryDelayMs = 100
const maxRetryDelayMs = 5000

export interface WriteMetrics {
  written: (table: string) => void
  retried: (table: string) => void
  refused: (table: string) => void
  inFlight: (table: string, change: 1 | -1) => void
}

export interface RowToWrite extends TableRow {
  /** The record that the row comes from. */
  record: TopicRecord
}

export interface WriteOptions {
  logger: Logger
  metrics: WriteMetrics
  deadLetters: DeadLetters
  /** Called before each retry. If it rejects, the writing ends with its error. */
  keepAlive: () => Promise<void>
}

/** Writes rows until each is acknowledged, also when Cassandra is away for long. A row that Cassandra refuses is a dead letter. */
export async function writeRows(
  client: CassandraClient,
  rows: readonly RowToWrite[],
  options: WriteOptions,
): Promise<void> {
  let next = 0
  const work = async () => {
    for (let row = rows[next++]; row !== undefined; row = rows[next++]) await writeRow(client, row, options)
  }
  await Promise.all(Array.from({ length: Math.min(maxInFlight, rows.length) }, work))
}

async function writeRow(
  client: CassandraClient,
  { table, row, record, writtenAtMs = record.appendedAtMs, ttlS }: RowToWrite,
  { logger, metrics, deadLetters, keepAlive }: WriteOptions,
): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    metrics.inFlight(table, 1)
    try {
      await insertRow(client, table, row, writtenAtMs, ttlS)
      return metrics.written(table)
    } catch (error) {
      if (isRowAtFault(error)) {
        metrics.refused(table)
        return deadLetters.keep(record, error)
      }
      metrics.retried(table)
      if (attempt === 0) logger.warn({ err: error, table }, 'Cassandra does not answer, retrying')
    } finally {
      metrics.inFlight(table, -1)
    }
    await delay(Math.min(firstRetryDelayMs * 2 ** attempt, maxRetryDelayMs))
    await keepAlive()
  }
}
