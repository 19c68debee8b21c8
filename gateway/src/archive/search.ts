import { toShownMessage, type ShownMessage } from '@chat-battle/contracts/records/shown-message'
import { inParallel } from '@chat-battle/runtime/process/in-parallel'
import {
  maxRowsPerSearch,
  maxSearchMs,
  type FoundMessages,
} from '@chat-battle/contracts/rest/routes/search-messages'
import { windowStart } from '@chat-battle/contracts/window'
import type { ArchiveReader } from './archive-reader.ts'
import { messageOf, shownColumns } from './message-rows.ts'
import { Pages } from './pages.ts'
import { formatCursor, readCursor, type SearchPosition } from './search-cursor.ts'
import { SearchScan } from './search-scan.ts'
import { indexClause, readTerms, scannedColumns, type SearchQuery, type SearchTerms } from './search-terms.ts'

const defaultRowsPerPage = 5000
/** Windows that are read beside the one that is searched: Cassandra reads a partition with one thread. */
const windowsAhead = 3
/** Messages of a page that are read at the same time. */
const maxReadsInFlight = 32

export interface SearchRequest extends SearchQuery {
  readonly channelId: string
  readonly from: number
  readonly to: number
  readonly cursor?: string | undefined
}

export interface SearchLimits {
  readonly maxRows?: number
  readonly rowsPerPage?: number
  /** Monotonic ms. */
  readonly now?: () => number
}

type Archive = Pick<ArchiveReader, 'page'>

/**
 * Searches from the newest message on. It reads the messages of a range window by window, without an index of words: only the few
 * columns that decide, and the whole messages of the page afterwards. Throws `RequestRefused`.
 */
export async function searchMessages(
  archive: Archive,
  request: SearchRequest,
  limits: SearchLimits = {},
): Promise<FoundMessages> {
  const { channelId, from, to, cursor } = request
  const { maxRows = maxRowsPerSearch, now = () => performance.now() } = limits
  const terms = readTerms(request)
  const before = cursor === undefined ? { atMs: to, messageId: '' } : readCursor(cursor, from, to)
  const scannedTo = before.messageId === '' ? before.atMs : before.atMs + 1
  const scan = new SearchScan(terms, before)
  const deadlineMs = now() + maxSearchMs
  const isOver = () => scan.rows >= maxRows || now() > deadlineMs
  let scannedFrom = scannedTo
  for (const { part, pages } of readAhead(archive, channelId, terms, windowParts(from, scannedTo), limits)) {
    scannedFrom = await scanWindow(pages, part, scan, isOver)
    if (isOver()) break
  }
  const { found, matched } = scan
  const last = found.at(-1)
  const next =
    matched > found.length && last !== undefined
      ? formatCursor(last)
      : scannedFrom > from
        ? formatCursor({ atMs: scannedFrom, messageId: '' })
        : null
  const messages = await readMessages(archive, channelId, found)
  // A message whose text was removed since the scan does not match any more.
  const removed = found.length - messages.length
  const scanned = { from: scannedFrom, to: scannedTo }
  return { messages, matched: matched - removed, scanned, cursor: next }
}

/** A window, or a part of one at the edge of a range: from `from` up to and without `to`. */
interface WindowPart {
  readonly start: number
  readonly from: number
  readonly to: number
}

function* windowParts(from: number, to: number): Generator<WindowPart> {
  for (let end = to; end > from;) {
    const start = windowStart(end - 1)
    const part = { start, from: Math.max(from, start), to: end }
    yield part
    end = part.from
  }
}

/** Begins to read windows some time before they are searched. */
function* readAhead(
  archive: Archive,
  channelId: string,
  terms: SearchTerms,
  parts: Iterable<WindowPart>,
  { rowsPerPage = defaultRowsPerPage }: SearchLimits,
): Generator<{ part: WindowPart; pages: Pages }> {
  const clause = indexClause(terms)
  const where = ['channel_id = ?', 'window_start = ?', 'timestamp >= ?', 'timestamp < ?', ...clause.names]
  const query = `SELECT ${scannedColumns(terms).join(', ')} FROM raw_chat_messages WHERE ${where.join(' AND ')}`
  const reading: { part: WindowPart; pages: Pages }[] = []
  for (const part of parts) {
    const times = [part.start, part.from, part.to].map((atMs) => new Date(atMs))
    const values = [channelId, ...times, ...clause.values]
    reading.push({ part, pages: new Pages(archive, { query, values }, rowsPerPage) })
    const [first] = reading
    if (reading.length <= windowsAhead || first === undefined) continue
    reading.shift()
    yield first
  }
  yield* reading
}

/** Scans a part of a window, newest first. Returns how far it came: the part's start, or less when `isOver` says so. */
async function scanWindow(
  pages: Pages,
  { from, to }: WindowPart,
  scan: SearchScan,
  isOver: () => boolean,
): Promise<number> {
  for (let page = await pages.next(); page !== undefined; page = await pages.next()) {
    for (const row of page.rows) scan.add(row)
    // The rows of the last millisecond may go on in the next page, so they are searched again.
    if (page.pageState !== undefined && isOver() && scan.dropLastMillisecond(to)) return scan.lastMs + 1
  }
  return from
}

const wholeMessage = `SELECT ${shownColumns.join(', ')} FROM raw_chat_messages WHERE channel_id = ? AND window_start = ? AND timestamp = ? AND message_id = ?`

/** The messages at these positions that still have a text, in their order. */
async function readMessages(
  archive: Archive,
  channelId: string,
  positions: readonly SearchPosition[],
): Promise<ShownMessage[]> {
  const read = positions.map((position) => ({ ...position, shown: undefined as ShownMessage | undefined }))
  await inParallel(read, maxReadsInFlight, async (each) => {
    const key = [channelId, new Date(windowStart(each.atMs)), new Date(each.atMs), each.messageId]
    const [row] = (await archive.page(wholeMessage, key, { pageSize: 1 })).rows
    const message = row === undefined ? undefined : messageOf(row)
    if (message !== undefined && message.message !== '') each.shown = toShownMessage(message)
  })
  return read.flatMap(({ shown }) => shown ?? [])
}
