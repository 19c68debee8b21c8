import { z } from 'zod'
import { channelId } from '@chat-battle/contracts/primitives'
import { liveStream, maxTitleLength, type LiveStream } from '@chat-battle/contracts/records/chat-event'
import type { FetchFailed } from '@chat-battle/runtime/http/fetch-bounded'
import { fetchBounded, jsonOf, type BoundedResponse } from '@chat-battle/runtime/http/fetch-bounded'
import { clip, maxNameLength } from '../events/irc-line.ts'
import type { TokenSource } from '../twitch/auth.ts'

/** How many channels one request may name (https://dev.twitch.tv/docs/api/reference/#get-streams). */
export const maxChannelsPerCall = 100
const usualWithinMs = 10_000
/** A stream has about 1 kB. */
const maxAnswerBytes = 2 * 1024 * 1024
/** The rate limit's bucket is full again after at most a minute. */
const maxRetryAfterMs = 60_000

/** By channel id: the stream, or null for a channel that is offline. A channel that is absent is unknown. */
export type StreamsByChannel = ReadonlyMap<string, LiveStream | null>

/** Twitch's API gave no usable answer. Its message has nothing of the request or of the answer's body. */
export class ApiFailed extends Error {
  readonly reason: 'failed' | 'rate_limited'
  /** How long no request will succeed, in ms. */
  readonly retryAfterMs: number

  constructor(message: string, reason: ApiFailed['reason'] = 'failed', retryAfterMs = 0) {
    super(message)
    this.reason = reason
    this.retryAfterMs = retryAfterMs
  }
}

export interface TwitchApiOptions {
  /** `TWITCH_API_URL`. */
  apiUrl: string
  clientId: string
  tokens: TokenSource
  /** Epoch ms. */
  nowMs: () => number
  /** How long a request may take. */
  withinMs?: number
}

const answer = z.object({ data: z.array(z.unknown()).max(maxChannelsPerCall) })
const owner = z.object({ user_id: channelId })
const stream = z.object({
  id: z.string(),
  /** Empty after an error of Twitch's. */
  type: z.literal('live'),
  title: z.string(),
  game_name: z.string(),
  viewer_count: z.number(),
  started_at: z.string(),
})

/** Reads streams from Twitch's API with the application's token. */
export class TwitchApi {
  readonly #options: Required<TwitchApiOptions>

  constructor(options: TwitchApiOptions) {
    this.#options = { withinMs: usualWithinMs, ...options }
  }

  /** The streams of up to `maxChannelsPerCall` channels. Rejects with `ApiFailed`. */
  async streams(channelIds: readonly string[], signal?: AbortSignal): Promise<StreamsByChannel> {
    const token = await this.#token(undefined)
    let response = await this.#request(channelIds, token, signal)
    // Twitch may end a token before it expires.
    if (response.status === 401) response = await this.#request(channelIds, await this.#token(token), signal)
    this.#check(response)
    const read = answer.safeParse(jsonOf(response))
    if (!read.success) throw new ApiFailed("Twitch's API answered without streams")
    return streamsOf(channelIds, read.data.data)
  }

  async #token(rejected: string | undefined): Promise<string> {
    try {
      return await this.#options.tokens.token(rejected)
    } catch (error) {
      throw new ApiFailed((error as Error).message)
    }
  }

  async #request(ids: readonly string[], token: string, signal?: AbortSignal): Promise<BoundedResponse> {
    const { apiUrl, clientId, withinMs } = this.#options
    const query = new URLSearchParams([
      ['first', String(maxChannelsPerCall)],
      ...ids.map((id) => ['user_id', id]),
    ])
    const headers = { 'client-id': clientId, authorization: `Bearer ${token}` }
    const bounds = { withinMs, maxBytes: maxAnswerBytes, ...(signal && { signal }) }
    try {
      return await fetchBounded(
        `${apiUrl.replace(/\/+$/, '')}/streams?${query.toString()}`,
        { headers },
        bounds,
      )
    } catch (error) {
      throw new ApiFailed(`Twitch's API was not reached: ${(error as FetchFailed).message}`)
    }
  }

  #check({ status, headers }: BoundedResponse): void {
    const answered = `Twitch's API answered ${status}`
    if (status === 429) throw new ApiFailed(answered, 'rate_limited', this.#untilReset(headers))
    if (status === 401) throw new ApiFailed(`${answered} to a new token; check TWITCH_CLIENT_ID`)
    if (status !== 200) throw new ApiFailed(answered)
  }

  /** Until the bucket is full again: `Ratelimit-Reset` is in epoch seconds. */
  #untilReset(headers: Headers): number {
    const resetS = Number(headers.get('ratelimit-reset') ?? NaN)
    const waitMs = resetS * 1000 - this.#options.nowMs()
    return waitMs >= 0 && waitMs <= maxRetryAfterMs ? waitMs : maxRetryAfterMs
  }
}

/** A channel that Twitch leaves out is offline, unless an entry without an owner may be its. */
function streamsOf(channelIds: readonly string[], entries: readonly unknown[]): StreamsByChannel {
  const streams = new Map<string, LiveStream | null>()
  const unreadable = new Set<string>()
  let hasStray = false
  for (const entry of entries) {
    const id = owner.safeParse(entry).data?.user_id
    const read = readStream(entry)
    if (id === undefined) hasStray = true
    else if (read === undefined) unreadable.add(id)
    else if (channelIds.includes(id)) streams.set(id, read)
  }
  if (hasStray) return streams
  for (const id of channelIds) if (!streams.has(id) && !unreadable.has(id)) streams.set(id, null)
  return streams
}

function readStream(entry: unknown): LiveStream | undefined {
  const read = stream.safeParse(entry)
  if (!read.success) return undefined
  const { id, title, game_name, viewer_count, started_at } = read.data
  return liveStream.safeParse({
    stream_id: id,
    started_at: Date.parse(started_at),
    title: clip(title, maxTitleLength),
    category: clip(game_name, maxNameLength),
    viewers: viewer_count,
  }).data
}
