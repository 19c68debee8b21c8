import type { MomentRecord } from '@chat-battle/contracts/records/moment'
import { Recent } from '../collections/recent.ts'

/** Of each channel the newest, and of all channels together. */
const [maxPerChannel, defaultMaxMoments] = [100, 20_000]

/** The newest record of each moment, by channel id. Bounded: the channels whose last record is the oldest are evicted. */
export class MomentView {
  readonly #maxMoments: number
  readonly #byChannel = new Recent<Map<number, MomentRecord>>()
  #count = 0
  #hasEvicted = false

  constructor(maxMoments = defaultMaxMoments) {
    this.#maxMoments = maxMoments
  }

  get momentCount(): number {
    return this.#count
  }

  /** Returns whether the record is the newest of its moment. */
  apply(record: MomentRecord): boolean {
    const { channel_id: id, start, revision } = record
    const moments = this.#byChannel.get(id) ?? new Map<number, MomentRecord>()
    const known = moments.get(start)
    if (known !== undefined && known.revision > revision) return false
    if (known === undefined) this.#count++
    moments.set(start, record)
    this.#byChannel.set(id, moments)
    if (moments.size > maxPerChannel) this.#forget(moments, Math.min(...moments.keys()))
    while (this.#count > this.#maxMoments && this.#byChannel.size > 1) this.#evictOldest()
    return true
  }

  /** The moments of a channel that started from `from` on and before `to`, epoch ms, in no order. */
  list(channelId: string, from: number, to: number): MomentRecord[] {
    const moments = this.#byChannel.get(channelId)?.values() ?? []
    return [...moments].filter(({ start }) => start >= from && start < to)
  }

  /** Whether it has every moment that its topic had: it has forgotten none of this channel. */
  isWhole(channelId: string): boolean {
    return !this.#hasEvicted && (this.#byChannel.get(channelId)?.size ?? 0) < maxPerChannel
  }

  #forget(moments: Map<number, MomentRecord>, start: number): void {
    if (moments.delete(start)) this.#count--
  }

  #evictOldest(): void {
    this.#hasEvicted = true
    this.#count -= this.#byChannel.takeOldest()?.size ?? 0
  }
}
