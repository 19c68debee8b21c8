/**
 * Twitch's limit for an ordinary account is twenty in ten seconds (https://dev.twitch.tv/docs/chat/#rate-limits). Joins may
 * arrive closer together than they were sent, so there is a second to spare.
 */
export const twitchJoinLimit = { joins: 20, perMs: 11_000 }

/** Lets joins through no faster than the limit allows, in order, over all connections of the process. */
export class JoinLimiter {
  readonly #limit: { joins: number; perMs: number }
  readonly #now: () => number
  readonly #grantedAtMs: number[] = []
  readonly #waiting: (() => boolean)[] = []
  #timer: NodeJS.Timeout | undefined

  constructor(
    limit: { joins: number; perMs: number } = twitchJoinLimit,
    now: () => number = () => performance.now(),
  ) {
    this.#limit = limit
    this.#now = now
  }

  get waiting(): number {
    return this.#waiting.length
  }

  /** Calls `join` at once or when its turn comes. It gives whether it joined: one that is no longer wanted takes no turn. */
  request(join: () => boolean): void {
    this.#waiting.push(join)
    this.#grant()
  }

  #grant(): void {
    clearTimeout(this.#timer)
    const nowMs = this.#now()
    while ((this.#grantedAtMs[0] ?? Infinity) <= nowMs - this.#limit.perMs) this.#grantedAtMs.shift()
    while (this.#waiting.length > 0 && this.#grantedAtMs.length < this.#limit.joins) {
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
