import cassandra from 'cassandra-driver'
import type { CassandraClient } from './client.ts'
import type { Row } from './insert.ts'

export interface UpdateOptions {
  /** Epoch µs: it wins over every earlier write of these columns, also over one that arrives later. */
  writtenAtUs: number
  /** What is left of the row's time to live, s. Null: it has none. */
  ttlS: number | null
}

/** The write time that wins over what a row has and over its record, which may be written again. All times are epoch µs. */
export function laterThan(writtenAtUs: number, notBeforeUs: number): number {
  return Math.max(writtenAtUs + 10, notBeforeUs)
}

/** Changes columns of a row by its primary key; null deletes a column. */
export async function updateRow(
  client: CassandraClient,
  table: string,
  key: Row,
  columns: Row,
  { writtenAtUs, ttlS }: UpdateOptions,
): Promise<void> {
  const list = (row: Row, separator: string) =>
    Object.keys(row)
      .map((name) => `${name} = ?`)
      .join(separator)
  const query = `UPDATE ${table} USING TIMESTAMP ? AND TTL ? SET ${list(columns, ', ')} WHERE ${list(key, ' AND ')}`
  const time = cassandra.types.Long.fromNumber(writtenAtUs)
  const values = [time, ttlS ?? 0, ...Object.values(columns), ...Object.values(key)]
  await client.execute(query, values, { prepare: true, isIdempotent: true })
}
