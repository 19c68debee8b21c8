import type { ChannelStats } from '@chat-battle/contracts/records/channel-stats'
import { graceMs, windowMs } from '@chat-battle/contracts/window'
import { PartitionState } from '@chat-battle/statistics/partition'
import { BrokerSkew, maxAheadMs } from '@chat-battle/statistics/time/broker-skew'
import { statsFrame, type PendingFrame } from '@chat-battle/statistics/stats-frame'
import type { Arrival } from '../archive/arrivals.ts'

/** Records per call of `advance`, so that a jump over many does not hold up the other sockets. */
const recordsPerTurn = 2000

/** One channel in a replay: the fold of its records up to a point of channel time. */
export class ChannelReplay {
  readonly #skew = new KnownSkew()
  readonly #state: PartitionState
  readonly #shownFrom: number
  #queue: readonly Arrival[] = []
  #next = 0
  /** Channel time after the last applied record, epoch ms; 0 before the first. */
  #positionMs = 0
  /** Windows that changed since the last `takeFrames`, by start. */
  readonly #changed = new Map<number, PendingFrame>()

  /** `shownFrom`: start of the first window whose frames are shown; earlier ones lack their beginning. */
  constructor(shownFrom: number, arrivals: readonly Arrival[]) {
    this.#shownFrom = shownFrom
    this.#state = new PartitionState({ skew: this.#skew })
    this.append(arrivals)
  }

  /** Adds the records of the next window of append time. */
  append(arrivals: readonly Arrival[]): void {
    this.#skew.measure(arrivals)
    this.#queue = [...this.#queue.slice(this.#next), ...arrivals]
    this.#next = 0
  }

  /** Applies records up to `toMs` of channel time, epoch ms; true: there are more of them. Passes each to `onApplied`. */
  advance(toMs: number, onApplied: (arrival: Arrival) => void = () => undefined): boolean {
    for (let count = 0; count < recordsPerTurn; count++) {
      const arrival = this.#queue[this.#next]
      if (arrival === undefined) return false
      const timeMs = this.#timeOf(arrival)
      if (timeMs > toMs) return false
      this.#next++
      this.#apply(arrival, timeMs)
      onApplied(arrival)
    }
    return true
  }

  /** The newest frame of each window that changed since the last call, closed windows first. */
  takeFrames(): ChannelStats[] {
    const finals = this.#state.takeFinals()
    // A replay shows neither; the archive has the moments with their texts.
    this.#state.takeSummaries()
    this.#state.moments.take()
    for (const { window_start } of finals) this.#changed.delete(window_start)
    const open = [...this.#changed.values()].map(({ channel, window, revision }) =>
      statsFrame(channel, window, revision, false),
    )
    this.#changed.clear()
    return [...finals, ...open].filter(({ window_start }) => window_start >= this.#shownFrom)
  }

  /** Marks every open window as changed, for the first frames after a jump. */
  showAll(): void {
    for (const frame of this.#state.openWindows()) this.#changed.set(frame.window.start, frame)
  }

  /**
   * Applies records until every window that ends at `endMs` or before is closed. False: it needs later records, or the channel has
   * none.
   */
  advanceUntilClosed(endMs: number): boolean {
    while (this.#isOpenBefore(endMs)) {
      const arrival = this.#queue[this.#next++]
      if (arrival === undefined) return false
      this.#apply(arrival, this.#timeOf(arrival))
    }
    return true
  }

  /** Closes those windows as the processor does for a channel without a record for long. */
  closeSilent(endMs: number): void {
    const [channel] = this.#state.channels.values()
    if (channel === undefined || !this.#isOpenBefore(endMs)) return
    const { channelId: channel_id, login: channel_login, lastAppendMs } = channel
    const timestamp = endMs + graceMs
    const times = { timestamp, covered_from: null, covered_to: null }
    const tick = { type: 'tick', channel_id, channel_login, ...times } as const
    this.#state.apply(tick, this.#state.nextOffset, Math.max(lastAppendMs, timestamp))
  }

  #isOpenBefore(endMs: number): boolean {
    for (const { window } of this.#state.openWindows()) if (window.start + windowMs <= endMs) return true
    return false
  }

  #apply({ event, offset, appendedAtMs }: Arrival, timeMs: number): void {
    this.#positionMs = timeMs
    const { changed } = this.#state.apply(event, BigInt(offset), appendedAtMs)
    for (const frame of changed) this.#changed.set(frame.window.start, frame)
  }

  /** A record without a time of its own, or with one that is not believed, is due at once. */
  #timeOf({ event: { timestamp }, appendedAtMs }: Arrival): number {
    if (timestamp === null || !this.#skew.isBelieved(timestamp, appendedAtMs)) return this.#positionMs
    return Math.max(this.#positionMs, timestamp)
  }
}

/**
 * How far the broker's clock is behind, by most of a window's records: the processor learned it from all channels of the partition, and
 * from earlier records. One with a wrong time proves nothing.
 */
class KnownSkew extends BrokerSkew {
  override learn(timestamp: number, appendMs: number): boolean {
    return this.isBelieved(timestamp, appendMs)
  }

  measure(arrivals: readonly Arrival[]): void {
    const leads = arrivals.flatMap(({ event: { timestamp }, appendedAtMs }) =>
      timestamp === null ? [] : [timestamp - appendedAtMs],
    )
    const median = leads.sort((a, b) => a - b)[Math.floor(leads.length / 2)]
    if (median !== undefined) this.state.skewMs = median > maxAheadMs ? median : 0
  }
}
