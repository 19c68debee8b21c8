export interface RateLimit {
  times: number
  perMs: number
}

/**
 * Twitch lets an ordinary account join 20 times per 10 s, and log in 20 times per 10 s
 * (https://dev.twitch.tv/docs/chat/#rate-limits). Lines may arrive closer together than they were sent: hence 11 s.
 */
export const twitchJoinLimit: RateLimit = { times: 20, perMs: 11_000 }
export const twitchLoginLimit: RateLimit = { times: 20, perMs: 11_000 }

/** Grants requests in order, within a limit that all connections of the process share. */
export class RateLimiter {
  readonly #limit: RateLimit
  readonly #now: () => number
  readonly #grantedAtMs: number[] = []
  readonly #waiting: (() => boolean)[] = []
  #timer: NodeJS.Timeout | undefined

  constructor(limit: RateLimit, now: () => number = () => performance.now()) {
    this.#limit = limit
    this.#now = now
  }

  get waiting(): number {
    return this.#waiting.length
  }

  /** Calls `act` at once or when its turn comes. `act` returns whether it used the turn; else the next request gets it. */
  request(act: () => boolean): void {
    this.#waiting.push(act)
    this.#grant()
  }

  #grant(): void {
    clearTimeout(this.#timer)
    const nowMs = this.#now()
    while ((this.#grantedAtMs[0] ?? Infinity) <= nowMs - this.#limit.perMs) this.#grantedAtMs.shift()
    while (this.#waiting.length > 0 && this.#grantedAtMs.length < this.#limit.times) {
      if (this.#waiting.shift()?.() === true) this.#grantedAtMs.push(nowMs)
    }
    const oldest = this.#grantedAtMs[0]
    if (this.#waiting.length === 0 || oldest === undefined) return
    this.#timer = setTimeout(() => this.#grant(), Math.max(1, oldest + this.#limit.perMs - nowMs + 1))
  }

  stop(): void {
    clearTimeout(this.#timer)
    this.#waiting.length = 0
  }
}
