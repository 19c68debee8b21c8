import { leaseUntil, type Lease } from '@chat-battle/contracts/records/lease'
import type { ConflatingProducer } from '@chat-battle/runtime/kafka/conflating-producer'

/** How long a channel is monitored after its last request. */
export const leaseMs = 60_000
const lease: Lease = { ttl_ms: leaseMs }
/** How often the leases of subscribed channels are renewed: two of three renewals may fail. */
export const renewEveryMs = leaseMs / 3
/** A lease younger than this share of the renewal interval is not written again. */
const youngShare = 1 / 4

type LeaseProducer = Pick<ConflatingProducer, 'offer' | 'send'>

/** Writes leases: a channel is monitored until its lease expires. */
export class LeaseWriter {
  readonly #producer: LeaseProducer
  readonly #minIntervalMs: number
  readonly #onWrite: () => void
  /** Monotonic ms: a clock that is set back must not keep leases from being renewed. */
  readonly #writtenAtMs = new Map<string, number>()

  /** `renewMs`: how often `renew` is called for a subscribed channel. */
  constructor(producer: LeaseProducer, onWrite: () => void, renewMs = renewEveryMs) {
    this.#producer = producer
    this.#minIntervalMs = renewMs * youngShare
    this.#onWrite = onWrite
  }

  /** Renews a lease that is not young; does not wait for Kafka. */
  renew(login: string): void {
    const nowMs = performance.now()
    if (nowMs - (this.#writtenAtMs.get(login) ?? -Infinity) < this.#minIntervalMs) return
    this.#note(login, nowMs)
    this.#producer.offer(login, JSON.stringify(lease))
  }

  /** Writes a lease. Resolves to its end, epoch ms, when the broker has acknowledged it. */
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
      if (nowMs - atMs < this.#minIntervalMs) break
      this.#writtenAtMs.delete(oldest)
    }
  }
}
