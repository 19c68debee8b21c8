/** Allows bursts of `capacity`, and `perSecond` in the long run. `now`: monotonic ms. */
export class TokenBucket {
  readonly #capacity: number
  readonly #perSecond: number
  readonly #now: () => number
  #tokens: number
  #filledAtMs: number

  constructor(capacity: number, perSecond: number, now: () => number = () => performance.now()) {
    this.#capacity = capacity
    this.#perSecond = perSecond
    this.#now = now
    this.#tokens = capacity
    this.#filledAtMs = now()
  }

  take(): boolean {
    const nowMs = this.#now()
    this.#tokens = Math.min(
      this.#capacity,
      this.#tokens + ((nowMs - this.#filledAtMs) / 1000) * this.#perSecond,
    )
    this.#filledAtMs = nowMs
    if (this.#tokens < 1) return false
    this.#tokens--
    return true
  }
}
