import type { ChannelStatusRecord } from '@chat-battle/contracts/records/channel-status'

/** How many statuses of parted channels are kept. Beyond it the oldest are deleted. */
const maxParted = 10_000

interface Written {
  status: ChannelStatusRecord
  /** The broker's append time, epoch ms. */
  writtenAtMs: number
}

/** The newest status of each channel on `channel-status`, of any ingest. */
export class Statuses {
  /** In the order of their records. */
  readonly #byLogin = new Map<string, Written>()
  readonly #parted = new Set<string>()
  #lastEpoch = 0
  #isCaughtUp = false

  get(login: string): ChannelStatusRecord | undefined {
    return this.#byLogin.get(login)?.status
  }

  all(): Iterable<Readonly<Written>> {
    return this.#byLogin.values()
  }

  /**
   * Stores a status unless a newer epoch is known. Returns the login whose record has to be deleted in exchange, if there is
   * one. Until the whole topic was read, none is deleted: a newer record of an ingest in that channel may follow.
   */
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
    return this.#isCaughtUp ? oldest : undefined
  }

  /** The whole topic was read. */
  onCaughtUp(): void {
    this.#isCaughtUp = true
  }

  /** The record of a channel was deleted. */
  forget(login: string): void {
    this.#byLogin.delete(login)
    this.#parted.delete(login)
  }

  /** Greater than every known epoch, also if another machine's clock is ahead. `nowMs`: epoch ms. */
  nextEpoch(nowMs: number): number {
    return Math.max(nowMs, this.#lastEpoch + 1)
  }
}

/** The value of a status's record. Null deletes the record: it holds nothing about a channel that no client wants. */
export function statusValue(status: ChannelStatusRecord): string | null {
  const isEmpty = status.state === 'parted' && status.channel_id === null && status.gaps.length === 0
  return isEmpty ? null : JSON.stringify(status)
}
