import type { CassandraClient } from '@chat-battle/runtime/cassandra/client'
import { selectPage, type SelectedRow } from '@chat-battle/runtime/cassandra/select'
import { laterThan, updateRow } from '@chat-battle/runtime/cassandra/update'
import { inParallel } from '@chat-battle/runtime/process/in-parallel'
import { untilAnswered, type RetryOptions } from './until-answered.ts'

const rowsPerPage = 500
const maxInFlight = 32

export interface RowsToRewrite {
  readonly table: string
  /** The primary key. */
  readonly key: readonly string[]
  /** What `change` reads. */
  readonly columns: readonly string[]
  /** A column that every row has: its write time and time to live are the row's. */
  readonly timed: string
  readonly where: string
  readonly values: readonly unknown[]
  /** Epoch ms: no write of the rows is later. */
  readonly notBeforeMs: number
}

/** The columns of a row to change; null deletes one. Undefined: the row stays. */
export type RowChange = (row: SelectedRow) => Readonly<Record<string, unknown>> | undefined

/** Rewrites the rows that a clause finds, some at a time. Returns how many it changed. */
export async function rewriteRows(
  client: CassandraClient,
  rows: RowsToRewrite,
  change: RowChange,
  options: RetryOptions,
): Promise<number> {
  const { table, timed, where, values } = rows
  const times = `WRITETIME(${timed}) AS written, TTL(${timed}) AS ttl`
  const names = [...new Set([...rows.key, ...rows.columns])]
  const query = `SELECT ${names.join(', ')}, ${times} FROM ${table} WHERE ${where}`
  let count = 0
  let pageState: string | undefined
  do {
    const page = await untilAnswered(
      () => selectPage(client, query, values, { pageSize: rowsPerPage, pageState }),
      options,
    )
    await inParallel(page.rows, maxInFlight, async (row) => {
      if (await rewriteRow(client, rows, row, change, options)) count++
    })
    await options.keepAlive()
    pageState = page.pageState
  } while (pageState !== undefined)
  return count
}

async function rewriteRow(
  client: CassandraClient,
  { table, key, notBeforeMs }: RowsToRewrite,
  row: SelectedRow,
  change: RowChange,
  options: RetryOptions,
): Promise<boolean> {
  const changes = change(row)
  if (changes === undefined) return false
  const place = Object.fromEntries(key.map((name) => [name, row[name]]))
  const writtenAtUs = laterThan(Number(row.written ?? 0), notBeforeMs * 1000)
  const ttlS = row.ttl === null || row.ttl === undefined ? null : Number(row.ttl)
  await untilAnswered(() => updateRow(client, table, place, changes, { writtenAtUs, ttlS }), options)
  return true
}
