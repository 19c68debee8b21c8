/** What a server on the internet may cost: it may be slow, endless or garbage. */
export interface FetchBounds {
  /** For the whole answer. */
  withinMs: number
  /** Of the body, uncompressed. */
  maxBytes: number
  /** Ends the request early. */
  signal?: AbortSignal
}

export interface BoundedResponse {
  readonly status: number
  readonly headers: Headers
  readonly body: Buffer
}

/** No complete answer came. Its message has nothing of the request, which may hold secrets, or of the answer. */
export class FetchFailed extends Error {}

/** The answer has more than `maxBytes`. */
export class AnswerTooLarge extends FetchFailed {}

/** Requests a URL and reads the whole answer, of any status, within bounds. Follows no redirect. Rejects with `FetchFailed`. */
export async function fetchBounded(
  url: string,
  init: Pick<RequestInit, 'method' | 'headers' | 'body'>,
  { withinMs, maxBytes, signal }: FetchBounds,
): Promise<BoundedResponse> {
  const timeout = AbortSignal.timeout(withinMs)
  const ended = signal === undefined ? timeout : AbortSignal.any([timeout, signal])
  try {
    const response = await fetch(url, { ...init, redirect: 'manual', signal: ended })
    const { status, headers } = response
    return { status, headers, body: await readBody(response, maxBytes) }
  } catch (error) {
    throw error instanceof FetchFailed ? error : new FetchFailed(reasonOf(error))
  }
}

/** A body as JSON; undefined for anything else. */
export function jsonOf({ body }: Pick<BoundedResponse, 'body'>): unknown {
  try {
    return JSON.parse(body.toString())
  } catch {
    return undefined
  }
}

async function readBody(response: Response, maxBytes: number): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  // Leaving the loop cancels the stream, which closes the connection.
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length
    if (bytes > maxBytes) throw new AnswerTooLarge(`the answer has more than ${maxBytes} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

/** An error's code or name, never its message, which may quote the request. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown'
  const { cause } = error
  return cause instanceof Error && 'code' in cause ? String(cause.code) : error.name
}
