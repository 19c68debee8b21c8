import cassandra from 'cassandra-driver'
import type { Logger } from '@chat-battle/runtime/process/logger'
import type { DeadLetters, ReadRecord } from '@chat-battle/runtime/kafka/dead-letters'
import type { Row } from './rows.ts'

const maxInFlight = 256
const maxRetryDelayMs = 5000

const { responseErrorCodes } = cassandra.types
/** Answers to which sending the same again gives the same: the row is at fault, not the cluster. */
const rowIsAtFault: readonly number[] = [responseErrorCodes.syntaxError, responseErrorCodes.invalid]

export interface WriteMetrics {
  written: () => void
  retried: () => void
  refused: () => void
  inFlight: (change: 1 | -1) => void
}

export interface RowToWrite {
  row: Row
  /** The append time of its record, epoch ms: written again it is the same write, and never undoes a later deletion. */
  writtenAtMs: number
  /** Where it came from. */
  record: ReadRecord
}

/**
 * Writes rows until each is acknowledged, however long Cassandra is away. `stillWanted` is called between tries and may
 * throw, which ends the writing. A row that Cassandra refuses as such is deadLetters.
 */
export async function writeRows(
  client: cassandra.Client,
  table: string,
  rows: readonly RowToWrite[],
  options: {
    logger: Logger
    metrics: WriteMetrics
    deadLetters: DeadLetters
    stillWanted: () => Promise<void>
  },
): Promise<void> {
  const { logger, metrics, deadLetters, stillWanted } = options
  let next = 0
  const worker = async () => {
    for (let given = rows[next++]; given !== undefined; given = rows[next++]) await writeRow(given)
  }
  const writeRow = async ({ row, writtenAtMs, record }: RowToWrite) => {
    const columns = Object.keys(row)
    const query = `INSERT INTO ${table} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')}) USING TIMESTAMP ?`
    // A null would be written as a tombstone.
    const given = Object.values(row).map((value) => (value === null ? cassandra.types.unset : value))
    const values = [...given, cassandra.types.Long.fromNumber(writtenAtMs * 1000)]
    for (let attempt = 0; ; attempt++) {
      metrics.inFlight(1)
      try {
        await client.execute(query, values, { prepare: true, isIdempotent: true })
        return metrics.written()
      } catch (error) {
        if (isRowAtFault(error)) {
          metrics.refused()
          return deadLetters.keep(record, error)
        }
        metrics.retried()
        if (attempt === 0) logger.warn({ err: error, table }, 'Cassandra does not answer; trying again')
      } finally {
        metrics.inFlight(-1)
      }
      await delay(Math.min(100 * 2 ** attempt, maxRetryDelayMs))
      await stillWanted()
    }
  }
  await Promise.all(Array.from({ length: Math.min(maxInFlight, rows.length) }, worker))
}

/** A table or column that is not there yet: the provisioner's work, which is waited for. */
const isUnprovisioned = /does not exist|unconfigured table|undefined column/i

function isRowAtFault(error: unknown): boolean {
  if (error instanceof cassandra.errors.ResponseError)
    return rowIsAtFault.includes(error.code) && !isUnprovisioned.test(error.message)
  // The driver's, of a value that is none of the column's type or beyond its range.
  return error instanceof TypeError || error instanceof RangeError
}

function delay(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
