import type { TwitchServer } from '@chat-battle/twitch-stub/server'

const sampleEveryMs = 20

/** Whether any connection of ingest has joined a channel. */
export function isJoined(twitch: TwitchServer, login: string): boolean {
  return twitch.connections().some(({ joined }) => joined.has(login))
}

/** Samples which channels no connection has joined, and for how long. */
export class JoinSampler implements Disposable {
  readonly #longestMs = new Map<string, number>()
  /** Since when a channel is not joined, monotonic ms. */
  readonly #notJoinedSinceMs = new Map<string, number>()
  readonly #timer: NodeJS.Timeout

  constructor(twitch: TwitchServer, channels: readonly string[]) {
    this.#timer = setInterval(() => {
      const joined = new Set(twitch.connections().flatMap((connection) => [...connection.joined]))
      for (const login of channels) this.#sample(login, joined.has(login))
    }, sampleEveryMs)
  }

  /** The longest time, in ms, that each channel was not joined; only channels that ever were not. */
  get longestMs(): ReadonlyMap<string, number> {
    return this.#longestMs
  }

  /** A problem per channel that was ever not joined since the last reset. */
  problems(when = ''): string[] {
    return [...this.#longestMs].map(([login, ms]) => `${login} was not joined for ${ms} ms${when}`)
  }

  reset(): void {
    this.#longestMs.clear()
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer)
  }

  #sample(login: string, isJoinedNow: boolean): void {
    if (isJoinedNow) return void this.#notJoinedSinceMs.delete(login)
    const sinceMs = this.#notJoinedSinceMs.get(login) ?? performance.now()
    this.#notJoinedSinceMs.set(login, sinceMs)
    const lastedMs = performance.now() - sinceMs
    this.#longestMs.set(login, Math.max(lastedMs, this.#longestMs.get(login) ?? 0))
  }
}
