import type { CassandraClient } from '@chat-battle/runtime/cassandra/client'
import { insertRow, isRowAtFault } from '@chat-battle/runtime/cassandra/insert'
import type { DeadLetters } from '@chat-battle/runtime/kafka/dead-letters'
import type { TopicRecord } from '@chat-battle/runtime/kafka/record'
import { inParallel } from '@chat-battle/runtime/process/in-parallel'
import type { TableRow } from './rows.ts'
import { untilAnswered, type RetryOptions } from './until-answered.ts'

const maxInFlight = 256

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

export interface WriteOptions extends Omit<RetryOptions, 'onRetry'> {
  metrics: WriteMetrics
  deadLetters: DeadLetters
}

/** Writes rows until each is acknowledged, also when Cassandra is away for long. A row that Cassandra refuses is a dead letter. */
export async function writeRows(
  client: CassandraClient,
  rows: readonly RowToWrite[],
  options: WriteOptions,
): Promise<void> {
  await inParallel(rows, maxInFlight, (row) => writeRow(client, row, options))
}

async function writeRow(
  client: CassandraClient,
  { table, row, record, writtenAtMs = record.appendedAtMs, ttlS }: RowToWrite,
  { logger, metrics, deadLetters, keepAlive }: WriteOptions,
): Promise<void> {
  const insert = async () => {
    metrics.inFlight(table, 1)
    try {
      await insertRow(client, table, row, writtenAtMs, ttlS)
    } finally {
      metrics.inFlight(table, -1)
    }
  }
  try {
    await untilAnswered(insert, { logger, keepAlive, onRetry: () => metrics.retried(table) })
    metrics.written(table)
  } catch (error) {
    if (!isRowAtFault(error)) throw error
    metrics.refused(table)
    deadLetters.keep(record, error)
  }
}
