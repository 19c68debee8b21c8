import type { Lease } from '@chat-battle/contracts/records/lease'
import type { SteadyClock } from '../clock/steady-clock.ts'
import type { Leases } from './leases.ts'
import type { Membership } from './membership.ts'
import type { Statuses } from './statuses.ts'

export interface LeaseFollowerParts {
  leases: Leases
  membership: Membership
  statuses: Statuses
  time: Pick<SteadyClock, 'nowMs' | 'onRead'>
  /** Whether Kafka answers, but takes no writes, as with a full disk. Then it takes no renewals either. */
  isWriteStuck: () => boolean
  /** The partition of each login's lease. */
  partitionsOf: (logins: readonly string[]) => ReadonlyMap<string, number>
}

/** `restoring`: since the assignment, not all of its leases have been read, so no channel is left or newly joined. */
type Phase = 'restoring' | 'following'

/** Applies the leases of the assigned partitions to membership. */
export class LeaseFollower {
  readonly #parts: LeaseFollowerParts
  #phase: Phase = 'restoring'

  constructor(parts: LeaseFollowerParts) {
    this.#parts = parts
  }

  onAssigned(partitions: readonly number[]): void {
    const { leases, membership, statuses, time } = this.#parts
    this.#phase = 'restoring'
    leases.assign(partitions)
    membership.assign(statuses.nextEpoch(time.nowMs()), leases.wanted())
  }

  /** `appendedAtMs`: epoch ms of the broker's clock. */
  onLease(partition: number, login: string, lease: Lease, appendedAtMs: number): void {
    const { leases, membership, time } = this.#parts
    if (this.#phase === 'following') time.onRead(appendedAtMs)
    leases.renew(partition, login, lease, appendedAtMs)
    if (membership.get(login) === undefined) this.tick()
  }

  /** Kafka answered a fetch. */
  onAnswer(): void {
    if (!this.#parts.isWriteStuck()) this.#parts.leases.onAnswer(this.#parts.time.nowMs())
  }

  /** Every lease that existed at the assignment has been read. */
  onCaughtUp(): void {
    const { leases, membership, statuses, time, partitionsOf } = this.#parts
    const known = [...statuses.all()].filter(({ status }) => status.state !== 'parted')
    for (const { status, writtenAtMs } of known)
      leases.extend(status.channel_login, writtenAtMs, time.nowMs())
    this.#phase = 'following'
    this.tick()
    const orphans = leases.orphansAmong(partitionsOf(known.map(({ status }) => status.channel_login)))
    membership.partOrphans(
      known.map(({ status }) => status).filter(({ channel_login }) => orphans.has(channel_login)),
    )
  }

  /** Applies what is wanted and due by now. */
  tick(): void {
    const { leases, membership } = this.#parts
    if (this.#phase === 'following') membership.want(leases.wanted())
    membership.tick()
  }
}
