import type { StreamedBody } from '@chat-battle/contracts/rest/route'
import { toShownMessage, type ShownMessage } from '@chat-battle/contracts/records/shown-message'
import { windowMs, windowStart } from '@chat-battle/contracts/window'
import type { ArchiveReader } from './archive-reader.ts'
import { csvEnd, csvHeader, csvLine } from './csv.ts'
import { messageOf, shownColumns } from './message-rows.ts'

const rowsPerPage = 1000

export interface ExportRequest {
  readonly channelId: string
  readonly from: number
  readonly to: number
  readonly format: 'ndjson' | 'csv'
}

interface Counts {
  messages: number
  leftOut: number
}

/** How an export is written: what precedes the messages, one message, and the end. */
interface Format {
  readonly mediaType: string
  readonly header: string
  line(message: ShownMessage): string
  end(counts: Counts): string
}

const formats: Readonly<Record<ExportRequest['format'], Format>> = {
  ndjson: {
    mediaType: 'application/x-ndjson',
    header: '',
    line: (message) => `${JSON.stringify(message)}\n`,
    end: ({ messages, leftOut }) => `${JSON.stringify({ end: { messages, left_out: leftOut } })}\n`,
  },
  csv: {
    mediaType: 'text/csv',
    header: csvHeader,
    line: csvLine,
    end: ({ messages, leftOut }) => csvEnd(messages, leftOut),
  },
}

/** The archived messages of a range, oldest first, read a page at a time as the body is sent. */
export function exportMessages(archive: Pick<ArchiveReader, 'page'>, request: ExportRequest): StreamedBody {
  const { channelId, from, to, format } = request
  return {
    mediaType: formats[format].mediaType,
    fileName: `${channelId}-${from}-${to}.${format}`,
    chunks: chunksOf(archive, request, formats[format]),
  }
}

async function* chunksOf(
  archive: Pick<ArchiveReader, 'page'>,
  { channelId, from, to }: ExportRequest,
  format: Format,
): AsyncGenerator<string> {
  const counts: Counts = { messages: 0, leftOut: 0 }
  const query = `SELECT ${shownColumns.join(', ')} FROM raw_chat_messages WHERE channel_id = ? AND window_start = ? AND timestamp >= ? AND timestamp < ? ORDER BY timestamp ASC`
  let text = format.header
  for (let start = windowStart(from); start < to; start += windowMs) {
    const values = [channelId, new Date(start), new Date(from), new Date(to)]
    let pageState: string | undefined
    do {
      const page = await archive.page(query, values, { pageSize: rowsPerPage, pageState })
      for (const row of page.rows) {
        const message = messageOf(row)
        const shown = message === undefined || message.message === '' ? undefined : toShownMessage(message)
        if (shown === undefined) counts.leftOut++
        else {
          counts.messages++
          text += format.line(shown)
        }
      }
      if (text !== '') yield text
      text = ''
      pageState = page.pageState
    } while (pageState !== undefined)
  }
  yield text + format.end(counts)
}
