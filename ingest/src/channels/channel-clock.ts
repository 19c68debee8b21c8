/** Twitch's time in each channel, carried on by a monotonic clock between its lines. Times are epoch ms. */
export class ChannelClock {
  readonly #last = new Map<string, { timestamp: number; atMs: number }>()
  readonly #now: () => number

  constructor(now: () => number = () => performance.now()) {
    this.#now = now
  }

  hear(login: string, timestamp: number): void {
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
