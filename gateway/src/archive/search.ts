import { toShownMessage, type ShownMessage } from '@chat-battle/contracts/records/shown-message'
import {
  maxIndexedWindows,
  maxMessagesPerPage,
  maxScannedWindows,
  type FoundMessages,
} from '@chat-battle/contracts/rest/routes/search-messages'
import { windowStart } from '@chat-battle/contracts/window'
import type { SelectedRow } from '@chat-battle/runtime/cassandra/select'
import type { ArchiveReader } from './archive-reader.ts'
import { messageOf, shownColumns } from './message-rows.ts'
import { formatCursor, readCursor } from './search-cursor.ts'
import { indexClauses, matches, readTerms, type SearchQuery, type SearchTerms } from './search-terms.ts'

const rowsPerPage = 1000
/** After so many rows, or so long, a request answers with what it has. */
const maxRowsPerRequest = 60_000
const maxSearchMs = 3000

export interface SearchRequest extends SearchQuery {
  readonly channelId: string
  readonly from: number
  readonly to: number
  readonly cursor?: string | undefined
}

type Archive = Pick<ArchiveReader, 'page'>

/** Searches from the newest message on. `now`: monotonic ms. Throws `RequestRefused`. */
export async function searchMessages(
  archive: Archive,
  request: SearchRequest,
  now: () => number = () => performance.now(),
): Promise<FoundMessages> {
  const { channelId, from, to, cursor } = request
  const terms = readTerms(request)
  const before = cursor === undefined ? { atMs: to, messageId: '' } : readCursor(cursor, from, to)
  const scannedTo = before.messageId === '' ? before.atMs : before.atMs + 1
  const scan = new Scan(terms, before)
  const maxWindows = indexClauses(terms).length > 0 ? maxIndexedWindows : maxScannedWindows
  const deadlineMs = now() + maxSearchMs
  let scannedFrom = scannedTo
  for (let windows = 0; windows < maxWindows && scannedFrom > from; windows++) {
    const start = windowStart(scannedFrom - 1)
    const part = { channelId, start, from: Math.max(from, start), to: scannedFrom }
    const isOver = () => scan.rows >= maxRowsPerRequest || now() > deadlineMs
    scannedFrom = await scanWindow(archive, part, scan, isOver)
    if (isOver()) break
  }
  const { messages, matched } = scan
  const last = messages.at(-1)
  const next =
    matched > messages.length && last !== undefined
      ? formatCursor({ atMs: last.timestamp, messageId: last.message_id })
      : scannedFrom > from
        ? formatCursor({ atMs: scannedFrom, messageId: '' })
        : null
  return { messages, matched, scanned: { from: scannedFrom, to: scannedTo }, cursor: next }
}

interface WindowPart {
  readonly channelId: string
  readonly start: number
  readonly from: number
  readonly to: number
}

/** Scans a part of a window, newest first. Returns how far it came: the part's start, or less when `isOver` says so. */
async function scanWindow(
  archive: Archive,
  { channelId, start, from, to }: WindowPart,
  scan: Scan,
  isOver: () => boolean,
): Promise<number> {
  const clauses = indexClauses(scan.terms)
  const where = ['channel_id = ?', 'window_start = ?', 'timestamp >= ?', 'timestamp < ?']
  const query = `SELECT ${shownColumns.join(', ')} FROM raw_chat_messages WHERE ${[...where, ...clauses.map(([clause]) => clause)].join(' AND ')}`
  const times = [start, from, to].map((atMs) => new Date(atMs))
  const values = [channelId, ...times, ...clauses.map(([, value]) => value)]
  let pageState: string | undefined
  do {
    const page = await archive.page(query, values, { pageSize: rowsPerPage, pageState })
    for (const row of page.rows) scan.add(row)
    pageState = page.pageState
    // The rows of the last millisecond may go on in the next page, so they are searched again.
    if (pageState !== undefined && isOver() && scan.dropLastMillisecond(to)) return scan.lastMs + 1
  } while (pageState !== undefined)
  return from
}

/** What a request has found so far. */
class Scan {
  readonly terms: SearchTerms
  readonly messages: ShownMessage[] = []
  matched = 0
  rows = 0
  lastMs = Infinity
  readonly #before: { readonly atMs: number; readonly messageId: string }
  /** Matches of the millisecond `lastMs`. */
  #lastMatched = 0

  constructor(terms: SearchTerms, before: { atMs: number; messageId: string }) {
    this.terms = terms
    this.#before = before
  }

  add(row: SelectedRow): void {
    this.rows++
    const atMs = Number(row.timestamp)
    if (atMs !== this.lastMs) this.#lastMatched = 0
    this.lastMs = atMs
    const message = messageOf(row)
    if (message === undefined || message.message === '' || this.#isReturned(atMs, message.message_id)) return
    const shown = toShownMessage(message)
    if (shown === undefined || !matches(this.terms, message)) return
    this.matched++
    this.#lastMatched++
    if (this.messages.length < maxMessagesPerPage) this.messages.push(shown)
  }

  /** False: the scan is still in the first millisecond before `to`. */
  dropLastMillisecond(to: number): boolean {
    if (this.lastMs + 1 >= to) return false
    this.matched -= this.#lastMatched
    this.messages.length = Math.min(this.messages.length, this.matched)
    return true
  }

  /** Whether an earlier page has the message: within a millisecond, the archive sorts by id. */
  #isReturned(atMs: number, messageId: string): boolean {
    return this.#before.messageId !== '' && atMs === this.#before.atMs && messageId <= this.#before.messageId
  }
}
