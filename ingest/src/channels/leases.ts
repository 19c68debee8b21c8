import { leaseUntil, type Lease } from '@chat-battle/contracts/lease'

/** Who wants which channel until when, by the partition that the leases came from. Times are epoch ms. */
export class Leases {
  readonly #always: ReadonlyMap<string, number>
  readonly #until = new Map<number, Map<string, number>>()
  #assigned: readonly number[] = []

  /** `always`: channels that need no lease, with the partition that they would have one in. */
  constructor(always: ReadonlyMap<string, number>) {
    this.#always = always
  }

  /** From now on only these partitions count. What is known of one that stays is kept until it is read again. */
  assign(partitions: readonly number[]): void {
    this.#assigned = partitions
    for (const partition of this.#until.keys())
      if (!partitions.includes(partition)) this.#until.delete(partition)
  }

  renew(partition: number, login: string, lease: Lease, appendedAtMs: number): void {
    if (!this.#assigned.includes(partition)) return
    const leases = this.#until.get(partition) ?? new Map<string, number>()
    this.#until.set(partition, leases)
    leases.set(login, leaseUntil(appendedAtMs, lease))
  }

  /** Every channel that is wanted at `nowMs`. Leases that have run out are forgotten. */
  wanted(nowMs: number): Set<string> {
    const wanted = new Set<string>()
    for (const [login, partition] of this.#always) if (this.#assigned.includes(partition)) wanted.add(login)
    for (const leases of this.#until.values()) {
      for (const [login, untilMs] of leases) {
        if (untilMs > nowMs) wanted.add(login)
        else leases.delete(login)
      }
    }
    return wanted
  }
}
