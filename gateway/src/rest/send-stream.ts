import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Response } from 'express'
import type { StreamedBody } from '@chat-battle/contracts/rest/route'

/** A client that reads nothing for so long is disconnected. */
const maxStalledMs = 60_000

/**
 * Sends a body as fast as the client reads it. An error before the first chunk becomes an error response; after it, the connection
 * is cut without the end of the chunked encoding. When the client leaves, the reading ends.
 */
export async function sendStream(response: Response, body: StreamedBody): Promise<void> {
  const chunks = body.chunks[Symbol.asyncIterator]()
  if (response.req.method === 'HEAD') return void response.type(body.mediaType).end()
  const first = await chunks.next()
  response.setHeader('content-type', `${body.mediaType}; charset=utf-8`)
  response.setHeader('content-disposition', `attachment; filename="${body.fileName}"`)
  response.setTimeout(maxStalledMs, () => response.destroy())
  try {
    await pipeline(Readable.from(withFirst(first, chunks)), response)
  } catch (error) {
    // `pipeline` has destroyed the connection. A client that left is no failure.
    if ((error as NodeJS.ErrnoException).code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error
  }
}

async function* withFirst(
  first: IteratorResult<string, unknown>,
  rest: AsyncIterator<string, unknown>,
): AsyncGenerator<string> {
  try {
    for (let next = first; next.done !== true; next = await rest.next()) yield next.value
  } finally {
    await rest.return?.()
  }
}
