import cassandra from 'cassandra-driver'
import type { CassandraClient } from './client.ts'
import { isUnprovisioned } from './unprovisioned.ts'

const { errors } = cassandra
const { responseErrorCodes } = cassandra.types
const awayErrors = [errors.NoHostAvailableError, errors.OperationTimedOutError, errors.BusyConnectionError]
/** `serverError`: Cassandra failed in itself, as it does while it stops. */
const awayCodes: readonly number[] = [
  responseErrorCodes.serverError,
  responseErrorCodes.unavailableException,
  responseErrorCodes.overloaded,
  responseErrorCodes.isBootstrapping,
  responseErrorCodes.readTimeout,
  responseErrorCodes.readFailure,
]
/** cassandra-driver 4.10.0 prepares a statement on a node whose connection has just broken with this error (`lib/host-connection-pool.js`). */
const noConnection = 'No connection available'

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

/** Whether Cassandra, not the statement, is the reason that a statement failed: the same statement can succeed later. */
export function isCassandraAway(error: unknown): boolean {
  if (awayErrors.some((type) => error instanceof type)) return true
  if (!(error instanceof Error)) return false
  if (!(error instanceof errors.ResponseError)) return error.message === noConnection
  return (
    awayCodes.includes(error.code) || (error.code === responseErrorCodes.invalid && isUnprovisioned(error))
  )
}
