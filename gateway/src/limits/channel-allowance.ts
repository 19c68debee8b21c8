import { addressKey } from '@chat-battle/runtime/http/client-address'
import { RequestRefused } from '../current/channels.ts'

export interface ChannelAllowanceOptions {
  maxChannels: number
  /** How long a channel counts after it was asked for last: as long as its lease. */
  countsForMs: number
  /** In ms, of a clock that only grows. */
  now?: () => number
}

/**
 * Bounds how many different channels an address may have asked for within the life of a lease: what is asked for and left
 * again stays joined for that long.
 */
export class ChannelAllowance {
  readonly #maxChannels: number
  readonly #countsForMs: number
  readonly #now: () => number
  /** By address key and login; the most recent request comes last. */
  readonly #asked = new Map<string, { address: string; atMs: number }>()
  readonly #channels = new Map<string, number>()

  constructor({ maxChannels, countsForMs, now = () => performance.now() }: ChannelAllowanceOptions) {
    this.#maxChannels = maxChannels
    this.#countsForMs = countsForMs
    this.#now = now
  }

  /** How many addresses are remembered. */
  get size(): number {
    return this.#channels.size
  }

  /** Whether the address may ask for the channel now; if so, it has. */
  ask(client: string, login: string): boolean {
    const nowMs = this.#now()
    const address = addressKey(client)
    this.#forget(nowMs - this.#countsForMs)
    const key = `${login} ${address}`
    if (!this.#asked.delete(key)) {
      const channels = this.#channels.get(address) ?? 0
      if (channels >= this.#maxChannels) return false
      this.#channels.set(address, channels + 1)
    }
    this.#asked.set(key, { address, atMs: nowMs })
    return true
  }

  /** What one is told who may not. */
  refusal(): RequestRefused {
    const withinS = this.#countsForMs / 1000
    return new RequestRefused(
      'rate_limited',
      `at most ${this.#maxChannels} different channels an address within ${withinS} seconds; ask again after that`,
    )
  }

  #forget(untilMs: number): void {
    for (const [key, { address, atMs }] of this.#asked) {
      if (atMs > untilMs) return
      this.#asked.delete(key)
      const left = (this.#channels.get(address) ?? 1) - 1
      if (left > 0) this.#channels.set(address, left)
      else this.#channels.delete(address)
    }
  }
}
