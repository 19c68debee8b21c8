import cassandra from 'cassandra-driver'
import type { CassandraClient } from './client.ts'
import { isUnprovisioned } from './unprovisioned.ts'

/** A row by column name, in the types of the driver. */
export type Row = Readonly<Record<string, unknown>>

const { responseErrorCodes } = cassandra.types
/** Answers that a retry of the same statement gets again: the row is at fault, not the cluster. */
const rowErrorCodes: readonly number[] = [responseErrorCodes.syntaxError, responseErrorCodes.invalid]

/**
 * Writes a row with a write time, epoch ms, and a time to live: by default the table's. The same row written again with the same time changes nothing, and never undoes
 * a later deletion.
 */
export async function insertRow(
  client: CassandraClient,
  table: string,
  row: Row,
  writtenAtMs: number,
  ttlS?: number,
): Promise<void> {
  const columns = Object.keys(row)
  const query = `INSERT INTO ${table} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')}) USING TIMESTAMP ?${ttlS === undefined ? '' : ' AND TTL ?'}`
  // cassandra-driver 4.10.0 writes a null as a tombstone (`lib/encoder.js`).
  const values = Object.values(row).map((value) => (value === null ? cassandra.types.unset : value))
  const microseconds = cassandra.types.Long.fromNumber(Math.round(writtenAtMs * 1000))
  await client.execute(query, [...values, microseconds, ...(ttlS === undefined ? [] : [ttlS])], {
    prepare: true,
    isIdempotent: true,
  })
}

/** Whether a retry cannot succeed, because Cassandra or the driver refuses the row itself. */
export function isRowAtFault(error: unknown): boolean {
  if (error instanceof cassandra.errors.ResponseError)
    return rowErrorCodes.includes(error.code) && !isUnprovisioned(error)
  // The driver throws these for a value of another type than the column's, or out of its range.
  return error instanceof TypeError || error instanceof RangeError
}
