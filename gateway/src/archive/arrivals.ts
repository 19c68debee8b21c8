import type { ChannelEvent } from '@chat-battle/contracts/records/chat-event'
import { decodeChatEvent } from '@chat-battle/contracts/records/decode-chat-event'
import { windowStart } from '@chat-battle/contracts/window'
import type { SelectedRow } from '@chat-battle/runtime/cassandra/select'
import { inParallel } from '@chat-battle/runtime/process/in-parallel'
import { RequestRefused } from '../refusal.ts'
import type { ArchiveReader } from './archive-reader.ts'
import { countedColumns, messageOf } from './message-rows.ts'

/** An input record as the archive has it, without a text. */
export interface Arrival {
  readonly offset: number
  /** Epoch ms of the broker's clock. */
  readonly appendedAtMs: number
  readonly event: ChannelEvent
}

/** A window with more records is not replayed: about 300 per second. */
const maxArrivalsPerWindow = 180_000
const rowsPerPage = 5000
const maxReadsInFlight = 32
const recordsForDelay = 21

type Archive = Pick<ArchiveReader, 'page'>

/**
 * The records of a channel that were appended in the window at `start`, epoch ms, in the order of the input. Rows written by a version
 * that kept no offsets are missing.
 */
export async function readArrivals(archive: Archive, channelId: string, start: number): Promise<Arrival[]> {
  const arrivals: Arrival[] = []
  const add = (row: SelectedRow, event: ChannelEvent | undefined) => {
    if (event === undefined || row.input_offset === null || row.appended_at === null) return
    arrivals.push({ offset: Number(row.input_offset), appendedAtMs: Number(row.appended_at), event })
  }
  const isAppendedHere = (row: SelectedRow) =>
    row.appended_at !== null && windowStart(Number(row.appended_at)) === start
  const key = [channelId, new Date(start)]
  const displaced: SelectedRow[] = []
  const reads = [
    eachRow(archive, messagesQuery, key, (row) => {
      if (isAppendedHere(row)) add(row, messageOf(row))
    }),
    eachRow(archive, eventsQuery, key, (row) => {
      if (isAppendedHere(row)) add(row, eventOf(row))
    }),
    eachRow(archive, displacedQuery, key, (row) => void displaced.push(row)),
  ]
  await Promise.all(reads)
  await inParallel(displaced, maxReadsInFlight, async (row) =>
    add(row, await readDisplaced(archive, channelId, row)),
  )
  return arrivals.sort((a, b) => a.offset - b.offset)
}

/**
 * How long after their own times most of the first records of a channel's window were appended, ms. Far from 0 where the broker's clock
 * is wrong, a recording was played, or chat was kept back. Undefined: the window has none.
 */
export async function readDelayMs(
  archive: Archive,
  channelId: string,
  start: number,
): Promise<number | undefined> {
  const key = [channelId, new Date(start)]
  for (const query of [firstMessagesQuery, firstEventsQuery]) {
    const { rows } = await archive.page(query, key, { pageSize: recordsForDelay })
    const delays = rows.flatMap(({ appended_at: appended, at }) =>
      appended instanceof Date && at instanceof Date ? [appended.getTime() - at.getTime()] : [],
    )
    if (delays.length > 0) return delays.sort((a, b) => a - b)[Math.floor(delays.length / 2)]
  }
  return undefined
}

const ofWindow = 'WHERE channel_id = ? AND window_start = ?'
const messagesQuery = `SELECT ${countedColumns.join(', ')} FROM raw_chat_messages ${ofWindow}`
const eventsQuery = `SELECT event, input_offset, appended_at FROM channel_events ${ofWindow}`
const displacedQuery = `SELECT input_offset, appended_at, type, at, message_id FROM displaced_records ${ofWindow}`
const firstMessagesQuery = `SELECT appended_at, timestamp AS at FROM raw_chat_messages ${ofWindow} ORDER BY timestamp ASC LIMIT ${recordsForDelay}`
const firstEventsQuery = `SELECT appended_at, at FROM channel_events ${ofWindow} LIMIT ${recordsForDelay}`

async function readDisplaced(
  archive: Archive,
  channelId: string,
  { at, type, message_id: messageId, input_offset: offset }: SelectedRow,
): Promise<ChannelEvent | undefined> {
  const key = [channelId, new Date(windowStart(Number(at)))]
  const found =
    type === 'message'
      ? await archive.page(
          `${messagesQuery} AND timestamp = ? AND message_id = ?`,
          [...key, at, messageId],
          one,
        )
      : await archive.page(
          `${eventsQuery} AND type = ? AND at = ? AND input_offset = ?`,
          [...key, type, at, offset],
          one,
        )
  const [row] = found.rows
  if (row === undefined) return undefined
  return type === 'message' ? messageOf(row) : eventOf(row)
}

const one = { pageSize: 1 }

async function eachRow(
  archive: Archive,
  query: string,
  key: readonly unknown[],
  onRow: (row: SelectedRow) => void,
): Promise<void> {
  let pageState: string | undefined
  let rows = 0
  do {
    const page = await archive.page(query, key, { pageSize: rowsPerPage, pageState })
    for (const row of page.rows) onRow(row)
    rows += page.rows.length
    if (rows > maxArrivalsPerWindow) {
      const reason = `a window with more than ${maxArrivalsPerWindow} records is not replayed`
      throw new RequestRefused('range_not_served', reason)
    }
    pageState = page.pageState
  } while (pageState !== undefined)
}

function eventOf({ event }: SelectedRow): ChannelEvent | undefined {
  try {
    const decoded = decodeChatEvent(JSON.parse(String(event)))
    return decoded.success && decoded.data.type !== 'privacy' ? decoded.data : undefined
  } catch {
    return undefined
  }
}
