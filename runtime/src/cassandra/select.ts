import cassandra from 'cassandra-driver'
import type { CassandraClient } from './client.ts'

/** A row by column name: text, numbers and booleans as such, `timestamp` as Date, `bigint` as Long, null where it is missing. */
export type SelectedRow = Readonly<Record<string, unknown>>

export interface SelectedPage {
  readonly rows: readonly SelectedRow[]
  /** Where the next page begins; undefined: there is none. */
  readonly pageState: string | undefined
}

export interface SelectOptions {
  /** How many rows a page has at most. */
  readonly pageSize: number
  /** From the page before. */
  readonly pageState?: string | undefined
}

/** Reads one page of a statement's rows. The driver prepares the statement once. */
export async function selectPage(
  client: CassandraClient,
  query: string,
  values: readonly unknown[],
  { pageSize, pageState }: SelectOptions,
): Promise<SelectedPage> {
  const found = await client.execute(query, [...values], {
    prepare: true,
    fetchSize: pageSize,
    ...(pageState === undefined ? {} : { pageState }),
  })
  return { rows: found.rows, pageState: found.pageState ?? undefined }
}

/** Whether Cassandra, not the statement, is the reason that a statement failed. */
export function isCassandraAway(error: unknown): boolean {
  if (error instanceof cassandra.errors.NoHostAvailableError) return true
  if (error instanceof cassandra.errors.OperationTimedOutError) return true
  if (error instanceof cassandra.errors.BusyConnectionError) return true
  if (!(error instanceof cassandra.errors.ResponseError)) return false
  return error.code !== cassandra.types.responseErrorCodes.syntaxError
}
