import { CallFailed, pathOf } from '@chat-battle/contracts/rest/call-route'
import { errorBody } from '@chat-battle/contracts/rest/errors'
import { exportMessages } from '@chat-battle/contracts/rest/routes/export-messages'

/** An export is kept in memory until it is whole, so that a cut one is never saved. */
const maxExportBytes = 256 * 1024 * 1024

export type ExportFormat = 'ndjson' | 'csv'

export interface ExportRequest {
  readonly channel: string
  readonly from: number
  readonly to: number
  readonly format: ExportFormat
}

/** `cut`: it ended without its last record. `too_large`: more than `maxExportBytes`. */
export class ExportFailed extends Error {
  readonly reason: 'cut' | 'too_large'

  constructor(reason: 'cut' | 'too_large') {
    super(`export: ${reason}`)
    this.reason = reason
  }
}

interface DownloadOptions {
  readonly headers: Record<string, string>
  readonly signal: AbortSignal
  readonly onProgress: (bytes: number) => void
  readonly maxBytes?: number
}

/** Downloads a whole export. Rejects with `CallFailed`, `ExportFailed`, or the error of `fetch`. */
export async function downloadExport(
  { channel, ...query }: ExportRequest,
  { headers, signal, onProgress, maxBytes = maxExportBytes }: DownloadOptions,
): Promise<Blob> {
  const path = pathOf(exportMessages, { params: { channel }, query })
  const response = await fetch(path, { headers, signal })
  if (!response.ok || response.body === null) {
    const body = errorBody.safeParse(await response.json().catch(() => undefined))
    throw new CallFailed(path, response, body.data?.error)
  }
  const chunks: Uint8Array<ArrayBuffer>[] = []
  let bytes = 0
  for await (const chunk of chunksOf(response.body)) {
    chunks.push(chunk)
    bytes += chunk.byteLength
    if (bytes > maxBytes) throw new ExportFailed('too_large')
    onProgress(bytes)
  }
  const blob = new Blob(chunks, { type: response.headers.get('content-type') ?? '' })
  const lastLines = await blob.slice(-lastRecordBytes).text()
  if (!hasEnd(lastLines, query.format)) throw new ExportFailed('cut')
  return blob
}

/** More than the end of any format has. */
const lastRecordBytes = 512

/** Whether the last line is the end of a whole export. */
function hasEnd(text: string, format: ExportFormat): boolean {
  const last = text.trimEnd().split('\n').at(-1) ?? ''
  return format === 'csv' ? last.startsWith('end,') : /^\{"end":\{/.test(last)
}

/** Not every browser can iterate over a stream. */
async function* chunksOf(
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const reader = body.getReader()
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value
  } finally {
    await reader.cancel().catch(() => undefined)
  }
}

/** Lets the browser save a file. */
export function saveFile(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob)
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  // The browser has read it by then.
  setTimeout(() => URL.revokeObjectURL(url), 60_000)
}
