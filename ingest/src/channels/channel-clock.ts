/** A line from further ahead of the time of day is not believed: no later line could take its time back. */
const maxAheadMs = 60_000

/** Twitch's time in each channel, carried on by a monotonic clock between its lines. Times are epoch ms. */
export class ChannelClock {
  readonly #last = new Map<string, { timestamp: number; atMs: number }>()
  readonly #nowMs: () => number
  readonly #monotonicMs: () => number

  constructor(nowMs: () => number, monotonicMs: () => number = () => performance.now()) {
    this.#nowMs = nowMs
    this.#monotonicMs = monotonicMs
  }

  hear(login: string, timestamp: number): void {
    if (timestamp > this.#nowMs() + maxAheadMs) return
    const last = this.#last.get(login)
    if (last === undefined || timestamp >= last.timestamp)
      this.#last.set(login, { timestamp, atMs: this.#monotonicMs() })
  }

  /** The channel's time now; null before anything with a time was heard in it. */
  read(login: string): number | null {
    const last = this.#last.get(login)
    return last === undefined ? null : Math.round(last.timestamp + this.#monotonicMs() - last.atMs)
  }

  forget(login: string): void {
    this.#last.delete(login)
  }
}
