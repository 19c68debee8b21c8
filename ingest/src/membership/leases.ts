import { leaseUntil, type Lease } from '@chat-battle/contracts/records/lease'

/** A longer silence of Kafka's than this keeps renewals from being heard. */
const silenceMs = 5000

/**
 * Who wants which channel until when, by the partition that the leases came from. Times are epoch ms. Leases run only while
 * renewals can be heard: Kafka being away is no reason to leave a channel.
 */
export class Leases {
  readonly #always: ReadonlyMap<string, number>
  /** Until when each channel is wanted, by login. */
  readonly #byPartition = new Map<number, Map<string, number>>()
  #assigned: readonly number[] = []
  #heardAtMs: number

  /** `always`: channels that need no lease, with the partition that they would have one in. */
  constructor(always: ReadonlyMap<string, number>, nowMs: number) {
    this.#always = always
    this.#heardAtMs = nowMs
  }

  /** From now on only these partitions count. What is known of one that stays is kept. */
  assign(partitions: readonly number[]): void {
    this.#assigned = partitions
    for (const partition of this.#byPartition.keys())
      if (!partitions.includes(partition)) this.#byPartition.delete(partition)
  }

  hasPartition(partition: number): boolean {
    return this.#assigned.includes(partition)
  }

  /** Kafka was heard at `nowMs`. Every lease is longer by a silence that has ended now. */
  hear(nowMs: number): void {
    const silentMs = nowMs - this.#heardAtMs
    if (silentMs > silenceMs) {
      for (const leases of this.#byPartition.values())
        for (const [login, untilMs] of leases) leases.set(login, untilMs + silentMs)
    }
    this.#heardAtMs = nowMs
  }

  /**
   * No ingest renewed the channel's status between `lastSeenMs` and `nowMs`: a lease that lived then could not be renewed or
   * read meanwhile, and is longer by that time.
   */
  extend(login: string, lastSeenMs: number, nowMs: number): void {
    for (const leases of this.#byPartition.values()) {
      const untilMs = leases.get(login)
      if (untilMs !== undefined && untilMs > lastSeenMs)
        leases.set(login, untilMs + Math.max(0, nowMs - lastSeenMs))
    }
  }

  /** Takes a lease in; it makes none shorter that is held already. */
  renew(partition: number, login: string, lease: Lease, appendedAtMs: number): void {
    if (!this.#assigned.includes(partition)) return
    const leases = this.#byPartition.get(partition) ?? new Map<string, number>()
    this.#byPartition.set(partition, leases)
    leases.set(login, Math.max(leases.get(login) ?? 0, leaseUntil(appendedAtMs, lease)))
  }

  /** Every channel that is wanted at the time at which Kafka was last heard. Leases that have run out are forgotten. */
  wanted(): Set<string> {
    const wanted = new Set<string>()
    for (const [login, partition] of this.#always) if (this.#assigned.includes(partition)) wanted.add(login)
    for (const leases of this.#byPartition.values()) {
      for (const [login, untilMs] of leases) {
        if (untilMs > this.#heardAtMs) wanted.add(login)
        else leases.delete(login)
      }
    }
    return wanted
  }
}
