import type { TwitchServer } from '@chat-battle/twitch-stub/server'

const sampleEveryMs = 20

/** Whether somebody listens to a channel. */
export function isHeard(twitch: TwitchServer, login: string): boolean {
  return twitch.connections().some(({ joined }) => joined.has(login))
}

/** Samples which channels nobody listens to, and for how long that lasts at most. */
export class Listening implements Disposable {
  readonly #longestMs = new Map<string, number>()
  readonly #deafSinceMs = new Map<string, number>()
  readonly #sampling: NodeJS.Timeout

  constructor(twitch: TwitchServer, channels: readonly string[]) {
    this.#sampling = setInterval(() => {
      const joined = new Set(twitch.connections().flatMap((connection) => [...connection.joined]))
      for (const login of channels) this.#sample(login, joined.has(login))
    }, sampleEveryMs)
  }

  /** The longest that a channel was unheard, in ms, by login; only those that ever were. */
  get longestMs(): ReadonlyMap<string, number> {
    return this.#longestMs
  }

  forget(): void {
    this.#longestMs.clear()
  }

  [Symbol.dispose](): void {
    clearInterval(this.#sampling)
  }

  #sample(login: string, isHeard: boolean): void {
    if (isHeard) return void this.#deafSinceMs.delete(login)
    const sinceMs = this.#deafSinceMs.get(login) ?? performance.now()
    this.#deafSinceMs.set(login, sinceMs)
    const deafMs = performance.now() - sinceMs
    this.#longestMs.set(login, Math.max(deafMs, this.#longestMs.get(login) ?? 0))
  }
}
