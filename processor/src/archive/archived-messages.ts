import { isAnonymousId } from '@chat-battle/contracts/records/opt-out'
import type { CassandraClient } from '@chat-battle/runtime/cassandra/client'
import { selectPage, type SelectedRow } from '@chat-battle/runtime/cassandra/select'
import { laterThan, updateRow } from '@chat-battle/runtime/cassandra/update'
import { untilAnswered, type RetryOptions } from './until-answered.ts'

const rowsPerPage = 1000
const maxInFlight = 32

const columns =
  'channel_id, window_start, timestamp, message_id, user_id, message, reply_to_user_id, WRITETIME(channel_login) AS written, TTL(channel_login) AS ttl'

/** A message's row, as far as its removal needs it. */
export interface ArchivedMessage {
  readonly channelId: string
  readonly atMs: number
  readonly userId: string
  readonly text: string
  readonly row: SelectedRow
}

/** Calls `act` with each row that a clause finds, some at a time. Returns for how many it returned true. */
export async function forEachMessage(
  client: CassandraClient,
  [where, values]: readonly [where: string, values: readonly unknown[]],
  act: (message: ArchivedMessage) => Promise<boolean>,
  options: RetryOptions,
): Promise<number> {
  const query = `SELECT ${columns} FROM raw_chat_messages WHERE ${where}`
  let count = 0
  let pageState: string | undefined
  do {
    const page = await untilAnswered(
      () => selectPage(client, query, values, { pageSize: rowsPerPage, pageState }),
      options,
    )
    const rows = page.rows.values()
    const work = async () => {
      for (const row of rows) if (await untilAnswered(() => act(messageOf(row)), options)) count++
    }
    await Promise.all(Array.from({ length: maxInFlight }, work))
    await options.keepAlive()
    pageState = page.pageState
  } while (pageState !== undefined)
  return count
}

function messageOf(row: SelectedRow): ArchivedMessage {
  return {
    channelId: String(row.channel_id),
    atMs: Number(row.timestamp),
    userId: String(row.user_id ?? ''),
    text: String(row.message ?? ''),
    row,
  }
}

/** What a row has no longer without its text. */
const noText = { message: '', words: null }

/** Removes a message's text. `notBeforeMs`: epoch ms by the broker's clock, after every write of the row. */
export function removeText(
  client: CassandraClient,
  message: ArchivedMessage,
  notBeforeMs: number,
): Promise<void> {
  return changeMessage(client, message, noText, notBeforeMs)
}

/** Removes a message's text and its author, for whom `anonymousId` stands from now on. */
export function removeAuthor(
  client: CassandraClient,
  message: ArchivedMessage,
  anonymousId: string,
  notBeforeMs: number,
): Promise<void> {
  const author = {
    user_id: isAnonymousId(message.userId) ? message.userId : anonymousId,
    username: '',
    display_name: '',
    color: null,
    badges: null,
    is_anonymous: true,
  }
  return changeMessage(client, message, { ...noText, ...author }, notBeforeMs)
}

export function changeMessage(
  client: CassandraClient,
  { row }: ArchivedMessage,
  changes: Readonly<Record<string, unknown>>,
  notBeforeMs: number,
): Promise<void> {
  const { channel_id, window_start, timestamp, message_id } = row
  return updateRow(
    client,
    'raw_chat_messages',
    { channel_id, window_start, timestamp, message_id },
    changes,
    {
      writtenAtUs: laterThan(Number(row.written ?? 0), notBeforeMs * 1000),
      ttlS: row.ttl === null || row.ttl === undefined ? null : Number(row.ttl),
    },
  )
}
