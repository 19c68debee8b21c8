import type { ChatEvent } from '@chat-battle/contracts/records/chat-event'
import type { ChannelStats } from '@chat-battle/contracts/records/channel-stats'
import { graceMs, windowMs, windowStart } from '@chat-battle/contracts/window'
import { BrokerSkew, maxAheadMs } from './time/broker-skew.ts'
import { applyEvent, closeWindows, emptyChannel, type ChannelState, type Outcome } from './channel.ts'
import { FinalWindows } from './time/final-windows.ts'
import { hasTime, HeldEvents, type TimedEvent } from './time/held-events.ts'
import { statsFrame, type PendingFrame } from './stats-frame.ts'
import type { WindowState } from './window.ts'

/** A channel that nothing was heard of for so long, by the broker's clock, is closed and forgotten. */
const forgetAfterMs = windowMs + 5 * graceMs
/** How often, by the broker's clock, forgotten channels are looked for. */
const sweepEveryMs = 60_000
/** When nothing at all was appended for so long, the broker was away, and no channel is to be forgotten for its silence. */
const brokerAwayMs = 60_000
/** Append times may lie behind earlier ones by less than this; by more, the broker's clock was put back. */
const clockPutBackMs = 60_000

/** More channels than this are not kept open in a partition: the one not heard of for the longest is closed and forgotten. */
export const maxChannels = 5000

/** What a partition knows of the broker's clock, epoch ms. */
export interface BrokerClock {
  sweptAtMs: number
  /** By the last record. */
  nowMs: number
  /** The greatest append time so far. */
  lastAppendMs: number
  /** Nothing is forgotten before. */
  keepUntilMs: number
  /** The input no longer held the beginning of windows that began before: they are neither shown nor archived. */
  wholeFromMs: number
}

/** What a partition's state consists of, besides its position. */
export interface PartitionParts {
  channels: Iterable<ChannelState>
  clock: BrokerClock
  skew: BrokerSkew
  held: HeldEvents
  finalWindows: FinalWindows
  /** What a frame's revision has beyond its input offset plus one: grows where offsets go back, so that no revision does. */
  revisionBase: number
  /** How often something was heard of a channel. */
  touches: number
}

/** What became of an event: the one just applied, or one that was held until now. */
export interface Settled {
  type: ChatEvent['type']
  outcome: Outcome
}

/** The state of an input partition: a function of its records up to `nextOffset`. */
export class PartitionState {
  /** In the order in which they were last heard of. */
  readonly channels: Map<string, ChannelState>
  nextOffset: bigint
  /** Channels changed since the last snapshot, and those forgotten since. */
  readonly dirty = new Set<string>()
  readonly forgotten = new Set<string>()
  readonly clock: BrokerClock
  readonly skew: BrokerSkew
  readonly held: HeldEvents
  readonly finalWindows: FinalWindows
  #revisionBase: number
  #touches: number
  #finals: ChannelStats[] = []

  constructor(parts: Partial<PartitionParts> = {}, nextOffset = 0n) {
    const inOrder = [...(parts.channels ?? [])].sort((a, b) => a.lastTouch - b.lastTouch)
    this.channels = new Map(inOrder.map((channel) => [channel.channelId, channel]))
    this.nextOffset = nextOffset
    this.clock = parts.clock ?? { sweptAtMs: 0, nowMs: 0, lastAppendMs: 0, keepUntilMs: 0, wholeFromMs: 0 }
    this.skew = parts.skew ?? new BrokerSkew()
    this.held = parts.held ?? new HeldEvents()
    this.finalWindows = parts.finalWindows ?? new FinalWindows()
    this.#revisionBase = parts.revisionBase ?? 0
    this.#touches = parts.touches ?? 0
  }

  get revisionBase(): number {
    return this.#revisionBase
  }

  get touches(): number {
    return this.#touches
  }

  /** The revision of what the records up to `nextOffset` have led to. */
  get revision(): number {
    return this.#revisionBase + Number(this.nextOffset)
  }

  /** Applies the record at `nextOffset`; tells what became of it and of events held before, and which windows have news. */
  apply(
    event: ChatEvent,
    offset: bigint,
    appendMs: number,
  ): { outcome: Outcome; released: readonly Settled[]; changed: PendingFrame[] } {
    this.#readTo(offset, appendMs)
    this.#sweep(appendMs)
    const isStamped = event.type === 'message' || event.type === 'notice'
    if (isStamped && this.skew.learn(event.timestamp, appendMs)) this.held.pass()
    const changed: PendingFrame[] = []
    const released = this.#release(appendMs, changed)
    const outcome = this.#settle(event, appendMs, released, changed)
    return { outcome, released, changed }
  }

  /** Passes over what the input no longer holds, all of which was appended before `deletedBeforeMs`, epoch ms. */
  skipTo(offset: bigint, deletedBeforeMs: number): void {
    if (offset <= this.nextOffset) return
    if (this.nextOffset === 0n) this.clock.wholeFromMs = deletedBeforeMs + maxAheadMs
    this.nextOffset = offset
  }

  /** Goes on at an earlier offset: the input's end was lost after it was read. What was counted stays. */
  goBackTo(offset: bigint): void {
    this.#revisionBase += Number(this.nextOffset - offset)
    this.nextOffset = offset
  }

  /** Passes over a record that cannot be understood. */
  skip(offset: bigint, appendMs: number): void {
    this.#readTo(offset, appendMs)
  }

  /** Every open window, as of its channel's last record. */
  *openWindows(): Generator<PendingFrame> {
    for (const channel of this.channels.values()) {
      for (const window of channel.windows.values())
        if (this.#isWhole(window)) yield { channel, window, revision: channel.lastRevision }
    }
  }

  /** How much has changed that no snapshot has yet: channels and closed windows. */
  get unwritten(): number {
    return this.dirty.size + this.forgotten.size + this.#finals.length
  }

  /** The final frames of the windows that closed since the last call. */
  takeFinals(): ChannelStats[] {
    const finals = this.#finals
    this.#finals = []
    return finals
  }

  #readTo(offset: bigint, appendMs: number): void {
    this.nextOffset = offset + 1n
    this.clock.lastAppendMs = Math.max(this.clock.lastAppendMs, appendMs)
  }

  /** Applies events that were held and are believed now, and counts those that never will be. */
  #release(appendMs: number, changed: PendingFrame[]): Settled[] {
    const { believed, invalid } = this.held.take((timestamp) => this.skew.isBelieved(timestamp, appendMs))
    const settled = invalid.map(({ event }) => this.#invalid(event, changed))
    for (const { event, appendMs: heldSinceMs } of believed)
      settled.push({ type: event.type, outcome: this.#count(event, heldSinceMs, changed) })
    return settled
  }

  #settle(event: ChatEvent, appendMs: number, released: Settled[], changed: PendingFrame[]): Outcome {
    if (!hasTime(event) || this.skew.isBelieved(event.timestamp, appendMs))
      return this.#count(event, appendMs, changed)
    if (!this.skew.isPossible(event.timestamp, appendMs)) return this.#invalid(event, changed).outcome
    const dropped = this.held.add(event, appendMs)
    if (dropped !== undefined) released.push(this.#invalid(dropped.event, changed))
    return 'held'
  }

  #count(event: ChatEvent, appendMs: number, changed: PendingFrame[]): Outcome {
    const id = event.channel_id
    const channel = this.channels.get(id) ?? emptyChannel(id, event.channel_login)
    const applied = applyEvent(channel, event, appendMs, (start) => this.finalWindows.has(id, start))
    this.#finish(channel, applied.closed)
    if (channel.windows.size > 0) this.#touch(channel)
    if (this.channels.size > maxChannels) this.#forgetOldest()
    this.#note(channel, applied.changed, changed)
    return applied.outcome
  }

  #invalid(event: TimedEvent, changed: PendingFrame[]): Settled {
    const channel = this.channels.get(event.channel_id)
    const window = channel?.windows.get(windowStart(channel.time))
    if (channel !== undefined && window !== undefined) {
      window.figures.invalidTimeCount++
      this.#touch(channel)
      this.#note(channel, [window], changed)
    }
    return { type: event.type, outcome: 'invalid_time' }
  }

  #note(channel: ChannelState, windows: readonly WindowState[], changed: PendingFrame[]): void {
    const { revision } = this
    for (const window of windows) if (this.#isWhole(window)) changed.push({ channel, window, revision })
  }

  /** Notes that something was heard of a channel. */
  #touch(channel: ChannelState): void {
    const { channelId: id } = channel
    channel.lastRevision = this.revision
    channel.lastTouch = ++this.#touches
    this.channels.delete(id)
    this.channels.set(id, channel)
    this.dirty.add(id)
    this.forgotten.delete(id)
  }

  #sweep(appendMs: number): void {
    const { clock } = this
    if (appendMs < clock.nowMs - clockPutBackMs) this.#putBack(appendMs)
    else if (appendMs > clock.nowMs + brokerAwayMs) clock.keepUntilMs = appendMs + forgetAfterMs
    clock.nowMs = appendMs
    if (appendMs < Math.max(clock.sweptAtMs + sweepEveryMs, clock.keepUntilMs)) return
    clock.sweptAtMs = appendMs
    for (const [id, channel] of this.channels) {
      // The rest was heard of later.
      if (channel.lastAppendMs > appendMs - forgetAfterMs) return
      this.#forget(id, channel)
    }
  }

  /** The broker's clock was put back: silence is counted from now. */
  #putBack(appendMs: number): void {
    this.clock.sweptAtMs = appendMs
    this.clock.keepUntilMs = appendMs + forgetAfterMs
    for (const [id, channel] of this.channels) {
      if (channel.lastAppendMs <= appendMs) continue
      channel.lastAppendMs = appendMs
      this.dirty.add(id)
    }
  }

  #isWhole({ start }: WindowState): boolean {
    return start >= this.clock.wholeFromMs
  }

  #finish(channel: ChannelState, closed: readonly WindowState[]): void {
    for (const window of closed)
      if (this.#isWhole(window)) this.#finals.push(statsFrame(channel, window, this.revision, true))
  }

  #forgetOldest(): void {
    for (const [id, channel] of this.channels) return this.#forget(id, channel)
  }

  #forget(id: string, channel: ChannelState): void {
    this.#finish(channel, closeWindows(channel, Infinity))
    this.finalWindows.add(id, windowStart(channel.time), this.clock.nowMs)
    this.channels.delete(id)
    this.dirty.delete(id)
    this.forgotten.add(id)
  }
}
