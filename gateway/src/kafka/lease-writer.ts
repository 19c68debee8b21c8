import { leaseUntil, type Lease } from '@chat-battle/contracts/lease'
import type { NewestWinsProducer } from '@chat-battle/service/newest-wins-producer'

/** How long a channel is monitored after it was asked for. */
export const leaseMs = 60_000
const lease: Lease = { ttl_ms: leaseMs }
/** How often the leases of subscribed channels are renewed: twice more than needed. */
export const renewEveryMs = leaseMs / 3
/** A lease that is younger is not written again. */
const minIntervalMs = 5000

/** Keeps channels monitored, by leases that run out on their own. */
export class LeaseWriter {
  readonly #producer: NewestWinsProducer
  readonly #onWrite: () => void
  /** By a clock that only grows: set back, the time of day would keep leases from being renewed. */
  readonly #writtenAtMs = new Map<string, number>()

  constructor(producer: NewestWinsProducer, onWrite: () => void) {
    this.#producer = producer
    this.#onWrite = onWrite
  }

  /** Renews a channel's lease if it has grown old; does not wait for it. */
  renew(login: string): void {
    const nowMs = performance.now()
    if (nowMs - (this.#writtenAtMs.get(login) ?? -Infinity) < minIntervalMs) return
    this.#note(login, nowMs)
    this.#producer.offer(login, JSON.stringify(lease))
  }

  /** Writes a lease; gives when it runs out, epoch ms, once the broker has it. */
  async take(login: string): Promise<number> {
    this.#note(login, performance.now())
    await this.#producer.send(login, JSON.stringify(lease))
    return leaseUntil(Date.now(), lease)
  }

  #note(login: string, nowMs: number): void {
    this.#onWrite()
    this.#writtenAtMs.delete(login)
    this.#writtenAtMs.set(login, nowMs)
    for (const [oldest, atMs] of this.#writtenAtMs) {
      if (nowMs - atMs < minIntervalMs) break
      this.#writtenAtMs.delete(oldest)
    }
  }
}
