import type { IncomingMessage, ServerResponse } from 'node:http'
import { answerBy, type Mode } from '../emotes/failures.ts'

/** A stream that is live. */
export interface StandInStream {
  id: string
  /** The channel's. */
  login: string
  title: string
  category: string
  viewers: number
  /** Epoch ms. */
  startedAt: number
}

export interface HelixOptions {
  /** Access tokens that are valid. */
  tokens: ReadonlySet<string>
  /** Epoch ms. */
  clock?: () => number
}

const door = '/helix/'
/** Every request costs one (https://dev.twitch.tv/docs/api/guide/#twitch-rate-limits). */
const pointsPerMinute = 800
const minuteMs = 60_000
/** Requests that are remembered: the newest. */
const maxRequests = 10_000

/** Stands in for `GET https://api.twitch.tv/helix/streams`: https://dev.twitch.tv/docs/api/reference/#get-streams */
export class HelixStandIn {
  /** The stream of each live channel, by channel id. Changes take effect with the next request. */
  readonly streams = new Map<string, StandInStream>()
  /** The stream of a channel without an entry. */
  script: (channelId: string) => StandInStream | undefined = () => undefined
  mode: Mode = 'ok'
  /** Points that are left until the bucket is full again, at `resetAtMs`, epoch ms. */
  readonly bucket = { points: pointsPerMinute, resetAtMs: 0 }
  /** The channel ids of the newest requests. */
  readonly requests: (readonly string[])[] = []
  readonly #options: Required<HelixOptions>

  constructor(options: HelixOptions) {
    this.#options = { clock: Date.now, ...options }
  }

  /** Whether a request is for this API; it is answered then. */
  answers(request: IncomingMessage, response: ServerResponse): boolean {
    const url = new URL(request.url ?? '/', 'http://stand-in')
    if (!url.pathname.startsWith(door)) return false
    const { status, body } = this.#answer(request, url)
    this.requests.push(url.searchParams.getAll('user_id'))
    if (this.requests.length > maxRequests) this.requests.shift()
    if (this.mode !== 'ok') {
      const answer = { type: 'application/json', body: Buffer.from(JSON.stringify(body)) }
      void answerBy(this.mode, response, answer)
      return true
    }
    response.writeHead(status, { 'content-type': 'application/json', ...this.#limitHeaders() })
    response.end(JSON.stringify(body))
    return true
  }

  #answer(request: IncomingMessage, { pathname, searchParams }: URL): { status: number; body: unknown } {
    const token = /^Bearer (\S+)$/.exec(request.headers.authorization ?? '')?.[1] ?? ''
    if (request.headers['client-id'] === undefined || !this.#options.tokens.has(token))
      return refusal(401, 'Invalid OAuth token')
    if (!this.#takePoint()) return refusal(429, 'Too Many Requests')
    if (pathname === `${door}streams`) return this.#streams(searchParams.getAll('user_id'))
    return refusal(404, 'Not Found')
  }

  #streams(ids: readonly string[]): { status: number; body: unknown } {
    if (ids.length > 100) return refusal(400, 'The parameter "user_id" has more than 100 values.')
    const data = ids.flatMap((id) => {
      const stream = this.streams.get(id) ?? this.script(id)
      return stream === undefined ? [] : [streamAnswer(id, stream)]
    })
    return { status: 200, body: { data, pagination: {} } }
  }

  #takePoint(): boolean {
    const nowMs = this.#options.clock()
    const { bucket } = this
    if (nowMs >= bucket.resetAtMs)
      Object.assign(bucket, { points: pointsPerMinute, resetAtMs: nowMs + minuteMs })
    if (bucket.points <= 0) return false
    bucket.points--
    return true
  }

  #limitHeaders(): Record<string, string> {
    return {
      'ratelimit-limit': String(pointsPerMinute),
      'ratelimit-remaining': String(this.bucket.points),
      'ratelimit-reset': String(Math.ceil(this.bucket.resetAtMs / 1000)),
    }
  }
}

function refusal(status: number, message: string): { status: number; body: unknown } {
  return { status, body: { error: 'refused', status, message } }
}

function streamAnswer(userId: string, stream: StandInStream): unknown {
  const { login } = stream
  return {
    id: stream.id,
    user_id: userId,
    user_login: login,
    user_name: login,
    game_id: stream.category === '' ? '' : '509658',
    game_name: stream.category,
    type: 'live',
    title: stream.title,
    viewer_count: stream.viewers,
    started_at: new Date(stream.startedAt).toISOString().replace(/\.\d+Z/, 'Z'),
    language: 'en',
    thumbnail_url: `https://static-cdn.jtvnw.net/previews-ttv/live_user_${login}-{width}x{height}.jpg`,
    tag_ids: [],
    tags: ['English'],
    is_mature: false,
  }
}
