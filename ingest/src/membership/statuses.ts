import type { ChannelStatusRecord } from '@chat-battle/contracts/records/channel-status'

/** Statuses of channels that no ingest is in, beyond which the oldest are forgotten. */
const maxParted = 10_000

interface Written {
  status: ChannelStatusRecord
  /** The broker's append time, epoch ms. */
  writtenAtMs: number
}

/** What is on `channel-status`: the newest status of each channel, of whichever ingest. */
export class Statuses {
  /** In the order in which they were written. */
  readonly #byLogin = new Map<string, Written>()
  readonly #parted = new Set<string>()
  #lastEpoch = 0

  get(login: string): ChannelStatusRecord | undefined {
    return this.#byLogin.get(login)?.status
  }

  all(): Iterable<Readonly<Written>> {
    return this.#byLogin.values()
  }

  /** Takes a status in; gives the login of the channel that is forgotten for it. */
  take(status: ChannelStatusRecord, writtenAtMs: number): string | undefined {
    const { channel_login: login, epoch, state } = status
    if (epoch < (this.get(login)?.epoch ?? 0)) return undefined
    this.#lastEpoch = Math.max(this.#lastEpoch, epoch)
    this.forget(login)
    this.#byLogin.set(login, { status, writtenAtMs })
    if (state === 'parted') this.#parted.add(login)
    const [oldest] = this.#parted
    if (this.#parted.size <= maxParted || oldest === undefined) return undefined
    this.forget(oldest)
    return oldest
  }

  /** The record of a channel was deleted. */
  forget(login: string): void {
    this.#byLogin.delete(login)
    this.#parted.delete(login)
  }

  /** Greater than any epoch before it, also where the clock of another machine is ahead of this one's. */
  nextEpoch(nowMs: number): number {
    return Math.max(nowMs, this.#lastEpoch + 1)
  }
}

/** A status as the value of its record; null, which deletes that, where nothing is known of a channel that nobody wants. */
export function statusValue(status: ChannelStatusRecord): string | null {
  const isWorthNothing = status.state === 'parted' && status.channel_id === null && status.gaps.length === 0
  return isWorthNothing ? null : JSON.stringify(status)
}
