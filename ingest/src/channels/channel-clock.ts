/** A line from further ahead of this machine's clock is not believed: no later line could take its time back. */
const maxAheadMs = 60_000

/** Twitch's time in each channel, carried on by a monotonic clock between its lines. Times are epoch ms. */
export class ChannelClock {
  readonly #last = new Map<string, { timestamp: number; atMs: number }>()
  readonly #now: () => number
  readonly #wallNow: () => number

  constructor(now: () => number = () => performance.now(), wallNow: () => number = Date.now) {
    this.#now = now
    this.#wallNow = wallNow
  }

  hear(login: string, timestamp: number): void {
    if (timestamp > this.#wallNow() + maxAheadMs) return
    const last = this.#last.get(login)
    if (last === undefined || timestamp >= last.timestamp)
      this.#last.set(login, { timestamp, atMs: this.#now() })
  }

  /** The channel's time now; null before anything with a time was heard in it. */
  read(login: string): number | null {
    const last = this.#last.get(login)
    return last === undefined ? null : Math.round(last.timestamp + this.#now() - last.atMs)
  }

  forget(login: string): void {
    this.#last.delete(login)
  }
}
