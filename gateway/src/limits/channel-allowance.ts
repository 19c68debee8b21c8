import { addressKey } from '@chat-battle/runtime/http/client-address'
import { RequestRefused } from '../refusal.ts'

export interface ChannelAllowanceOptions {
  maxChannels: number
  /** How long a channel counts after its last request: the duration of a lease. */
  countsForMs: number
  /** Monotonic ms. */
  now?: () => number
}

/** Bounds how many different channels an address keeps joined: a requested channel stays joined for the duration of a lease. */
export class ChannelAllowance {
  readonly #maxChannels: number
  readonly #countsForMs: number
  readonly #now: () => number
  /** By login and address key, least recent request first. */
  readonly #requested = new Map<string, { address: string; atMs: number }>()
  readonly #channels = new Map<string, number>()

  constructor({ maxChannels, countsForMs, now = () => performance.now() }: ChannelAllowanceOptions) {
    this.#maxChannels = maxChannels
    this.#countsForMs = countsForMs
    this.#now = now
  }

  /** How many addresses have a channel that counts. */
  get size(): number {
    return this.#channels.size
  }

  /** Counts a request for a channel; false, and not counted, if the address has too many. */
  admit(client: string, login: string): boolean {
    const nowMs = this.#now()
    const address = addressKey(client)
    this.#expire(nowMs - this.#countsForMs)
    const key = `${login} ${address}`
    if (!this.#requested.delete(key)) {
      const channels = this.#channels.get(address) ?? 0
      if (channels >= this.#maxChannels) return false
      this.#channels.set(address, channels + 1)
    }
    this.#requested.set(key, { address, atMs: nowMs })
    return true
  }

  refusal(): RequestRefused {
    return new RequestRefused(
      'rate_limited',
      `at most ${this.#maxChannels} different channels per address within ${this.#countsForMs / 1000} seconds; try again later`,
    )
  }

  #expire(untilMs: number): void {
    for (const [key, { address, atMs }] of this.#requested) {
      if (atMs > untilMs) return
      this.#requested.delete(key)
      const left = (this.#channels.get(address) ?? 1) - 1
      if (left > 0) this.#channels.set(address, left)
      else this.#channels.delete(address)
    }
  }
}
