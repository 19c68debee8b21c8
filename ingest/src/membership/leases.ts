import { leaseUntil, type Lease } from '@chat-battle/contracts/records/lease'

/** While Kafka is silent for longer than this, leases cannot be renewed, so they do not run. */
const silenceMs = 5000

/**
 * The leases of the assigned partitions. Times are epoch ms of the broker's clock. Leases run only while renewals can be read:
 * an absence of Kafka is no reason to leave a channel.
 */
export class Leases {
  readonly #always: ReadonlyMap<string, number>
  /** The end of each channel's lease, by partition and login. */
  readonly #endsByPartition = new Map<number, Map<string, number>>()
  #assigned: readonly number[] = []
  #answeredAtMs: number

  /** `always`: channels that are wanted without a lease, with the partition that their lease would have. */
  constructor(always: ReadonlyMap<string, number>, nowMs: number) {
    this.#always = always
    this.#answeredAtMs = nowMs
  }

  /** From now on only these partitions count. Leases of a partition that stays are kept. */
  assign(partitions: readonly number[]): void {
    this.#assigned = partitions
    for (const partition of this.#endsByPartition.keys())
      if (!partitions.includes(partition)) this.#endsByPartition.delete(partition)
  }

  isAssigned(partition: number): boolean {
    return this.#assigned.includes(partition)
  }

  /** Kafka answered at `nowMs`. A silence that ends now extends every lease. */
  onAnswer(nowMs: number): void {
    const silentMs = nowMs - this.#answeredAtMs
    if (silentMs > silenceMs) {
      for (const ends of this.#endsByPartition.values())
        for (const [login, untilMs] of ends) ends.set(login, untilMs + silentMs)
    }
    this.#answeredAtMs = nowMs
  }

  /**
   * No ingest published the channel's status between `lastSeenMs` and `nowMs`. A lease that lived at `lastSeenMs` could not be
   * renewed or read since then, so that time extends it.
   */
  extend(login: string, lastSeenMs: number, nowMs: number): void {
    for (const ends of this.#endsByPartition.values()) {
      const untilMs = ends.get(login)
      if (untilMs !== undefined && untilMs > lastSeenMs)
        ends.set(login, untilMs + Math.max(0, nowMs - lastSeenMs))
    }
  }

  /** A lease was read. It never shortens an earlier one. */
  renew(partition: number, login: string, lease: Lease, appendedAtMs: number): void {
    if (!this.isAssigned(partition)) return
    const ends = this.#endsByPartition.get(partition) ?? new Map<string, number>()
    this.#endsByPartition.set(partition, ends)
    ends.set(login, Math.max(ends.get(login) ?? 0, leaseUntil(appendedAtMs, lease)))
  }

  /** Every channel that is wanted at Kafka's last answer. Forgets leases that have run out. */
  wanted(): Set<string> {
    const wanted = new Set<string>()
    for (const [login, partition] of this.#always) if (this.isAssigned(partition)) wanted.add(login)
    for (const ends of this.#endsByPartition.values()) {
      for (const [login, untilMs] of ends) {
        if (untilMs > this.#answeredAtMs) wanted.add(login)
        else ends.delete(login)
      }
    }
    return wanted
  }

  /** The channels of the assigned partitions that are not wanted. `channels`: logins with the partition of their lease. */
  orphansAmong(channels: ReadonlyMap<string, number>): Set<string> {
    const wanted = this.wanted()
    const isOrphan = ([login, partition]: [string, number]) =>
      this.isAssigned(partition) && !wanted.has(login)
    return new Set([...channels].filter(isOrphan).map(([login]) => login))
  }
}
