import type { EmoteProvider } from '@chat-battle/contracts/records/chat-event'
import { AnswerTooLarge, fetchBounded, type BoundedResponse } from '@chat-battle/runtime/http/fetch-bounded'
import type { PictureSource } from '../emotes/picture-source.ts'
import { pictureTypeOf } from './picture-type.ts'

const maxPictureBytes = 1024 * 1024
const defaultWithinMs = 10_000
/** Requests to one provider at the same time, and requests that wait for them. */
export const maxInFlight = 6
export const maxWaiting = 100
/** So many failures in a row are an outage: no request is sent for a while, twice as long each time. */
export const outageAfter = 3
export const leastPauseMs = 5000
const mostPauseMs = 60_000
/** Of a 429's `retry-after`. */
const mostRetryAfterMs = 10 * 60 * 1000
const acceptedTypes = 'image/webp, image/png, image/gif, image/avif, image/jpeg'

/** `missing`: the provider has no such picture, or none that is served. `failed`: it did not answer, or with something that is no picture. */
export type Fetched =
  | { readonly result: 'picture'; readonly bytes: Buffer }
  | { readonly result: 'missing' }
  | { readonly result: 'failed'; readonly reason: string }

interface Door {
  inFlight: number
  readonly waiting: (() => void)[]
  failures: number
  pausedUntilMs: number
}

export interface FetcherOptions {
  /** Addresses of the CDNs; empty: the provider is turned off. */
  cdnUrls: Readonly<Record<EmoteProvider, string>>
  /** Ends every request. */
  signal: AbortSignal
  /** For the whole answer. */
  withinMs?: number
  /** Monotonic ms. */
  now?: () => number
}

/** Fetches pictures from the providers' CDNs, within bounds of size, time and number. */
export class PictureFetcher {
  readonly #options: FetcherOptions
  readonly #now: () => number
  readonly #doors = new Map<EmoteProvider, Door>()

  constructor(options: FetcherOptions) {
    this.#options = options
    this.#now = options.now ?? (() => performance.now())
  }

  /** Never rejects. */
  async fetch({ provider, path }: PictureSource): Promise<Fetched> {
    const address = this.#options.cdnUrls[provider]
    if (address === '') return { result: 'failed', reason: 'provider turned off' }
    const door = this.#doorOf(provider)
    if (this.#isPaused(door)) return { result: 'failed', reason: 'provider away' }
    if (!(await this.#enter(door))) return { result: 'failed', reason: 'too many requests wait' }
    try {
      // The provider may have failed while this request waited.
      if (this.#isPaused(door)) return { result: 'failed', reason: 'provider away' }
      return this.#judge(door, await this.#request(address + path))
    } finally {
      this.#leave(door)
    }
  }

  async #request(url: string): Promise<BoundedResponse | Error> {
    const { withinMs = defaultWithinMs, signal } = this.#options
    const bounds = { withinMs, maxBytes: maxPictureBytes, signal }
    try {
      return await fetchBounded(url, { headers: { accept: acceptedTypes } }, bounds)
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error))
    }
  }

  #judge(door: Door, response: BoundedResponse | Error): Fetched {
    if (response instanceof AnswerTooLarge) return { result: 'missing' }
    if (response instanceof Error) return this.#fail(door, response.message)
    const { status, headers, body } = response
    if (status === 429) this.#pause(door, retryAfterMs(headers))
    if (status === 429 || status >= 500) return this.#fail(door, `status ${status}`)
    door.failures = 0
    if (status === 404 || status === 410) return { result: 'missing' }
    if (status !== 200) return { result: 'failed', reason: `status ${status}` }
    const type = headers.get('content-type') ?? ''
    if (!type.startsWith('image/') || pictureTypeOf(body) === undefined)
      return { result: 'failed', reason: 'no picture' }
    return { result: 'picture', bytes: body }
  }

  #fail(door: Door, reason: string): Fetched {
    door.failures++
    const excess = door.failures - outageAfter
    if (excess >= 0) this.#pause(door, Math.min(leastPauseMs * 2 ** excess, mostPauseMs))
    return { result: 'failed', reason }
  }

  #pause(door: Door, forMs: number): void {
    door.pausedUntilMs = Math.max(door.pausedUntilMs, this.#now() + forMs)
  }

  #isPaused({ pausedUntilMs }: Door): boolean {
    return this.#now() < pausedUntilMs
  }

  /** Resolves when the request may be sent; false: too many wait. */
  async #enter(door: Door): Promise<boolean> {
    if (door.inFlight < maxInFlight) {
      door.inFlight++
      return true
    }
    if (door.waiting.length >= maxWaiting) return false
    await new Promise<void>((resolve) => door.waiting.push(resolve))
    return true
  }

  /** Passes the place on to the next that waits. */
  #leave(door: Door): void {
    const next = door.waiting.shift()
    if (next === undefined) door.inFlight--
    else next()
  }

  #doorOf(provider: EmoteProvider): Door {
    const known = this.#doors.get(provider)
    if (known !== undefined) return known
    const door: Door = { inFlight: 0, waiting: [], failures: 0, pausedUntilMs: -Infinity }
    this.#doors.set(provider, door)
    return door
  }
}

function retryAfterMs(headers: Headers): number {
  const seconds = Number(headers.get('retry-after') ?? Number.NaN)
  return Number.isFinite(seconds) && seconds > 0 ? Math.min(seconds * 1000, mostRetryAfterMs) : leastPauseMs
}
