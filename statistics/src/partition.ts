import { onePerson } from '@chat-battle/contracts/records/anonymise'
import type { ChannelEvent, ChatEvent, Privacy } from '@chat-battle/contracts/records/chat-event'
import type { ChannelStats } from '@chat-battle/contracts/records/channel-stats'
import type { WindowSummary } from '@chat-battle/contracts/records/window-summary'
import { windowStart } from '@chat-battle/contracts/window'
import { applyEvent, closeWindows, emptyChannel, type ChannelState, type Outcome } from './channel.ts'
import { clockAtStart, OpenChannels, type BrokerClock } from './open-channels.ts'
import { statsFrame, type PendingFrame } from './stats-frame.ts'
import { windowSummary } from './window-summary.ts'
import { PendingMoments } from './moments/pending-moments.ts'
import { BrokerSkew, maxAheadMs } from './time/broker-skew.ts'
import { FinalWindows } from './time/final-windows.ts'
import { hasTime, HeldEvents, type TimedEvent } from './time/held-events.ts'
import type { WindowState } from './window.ts'

/** What a partition's state consists of, besides its position. */
export interface PartitionParts {
  channels: Iterable<ChannelState>
  clock: BrokerClock
  skew: BrokerSkew
  held: HeldEvents
  finalWindows: FinalWindows
  /** Added to the offset for a revision. Grows where the input's offsets go back, so that no revision does. */
  revisionBase: number
  /** How many records the channels have had. */
  touches: number
}

/** What became of an event: of the one just applied, or of one that was held until now. */
export interface Settled {
  type: ChatEvent['type']
  outcome: Outcome
}

export interface AppliedRecord {
  outcome: Outcome
  /** Events that were held before. */
  released: readonly Settled[]
  changed: readonly PendingFrame[]
}

const noneReleased: Settled[] = []
/** A closed window has up to 100 kB of records, a changed channel a few. */
const closedWindowWeight = 10

/** The state of an input partition: a function of its records up to `nextOffset`. */
export class PartitionState {
  readonly open: OpenChannels
  nextOffset: bigint
  readonly clock: BrokerClock
  readonly skew: BrokerSkew
  readonly held: HeldEvents
  readonly finalWindows: FinalWindows
  /** Moments that changed since they were last taken. */
  readonly moments = new PendingMoments()
  #revisionBase: number
  #finals: ChannelStats[] = []
  #summaries: WindowSummary[] = []

  constructor(parts: Partial<PartitionParts> = {}, nextOffset = 0n) {
    this.open = new OpenChannels(parts.channels, parts.touches)
    this.nextOffset = nextOffset
    this.clock = parts.clock ?? { ...clockAtStart }
    this.skew = parts.skew ?? new BrokerSkew()
    this.held = parts.held ?? new HeldEvents()
    this.finalWindows = parts.finalWindows ?? new FinalWindows()
    this.#revisionBase = parts.revisionBase ?? 0
  }

  /** In the order of their last records. */
  get channels(): ReadonlyMap<string, ChannelState> {
    return this.open.byId
  }

  get revisionBase(): number {
    return this.#revisionBase
  }

  /** The revision that the records before `nextOffset` have led to. */
  get revision(): number {
    return this.#revisionBase + Number(this.nextOffset)
  }

  /** Applies the record at `offset`, appended at `appendMs`, epoch ms. */
  apply(event: ChatEvent, offset: bigint, appendMs: number): AppliedRecord {
    this.#advanceTo(offset, appendMs)
    for (const channel of this.open.takeSilent(this.clock, appendMs)) this.#forget(channel)
    const isStamped = event.type === 'message' || event.type === 'notice'
    if (isStamped && this.skew.learn(event.timestamp, appendMs)) this.held.pass(event.channel_id)
    const changed: PendingFrame[] = []
    if (event.type === 'privacy') {
      this.#anonymise(event, changed)
      return { outcome: 'counted', released: noneReleased, changed }
    }
    const released = this.held.isEmpty ? noneReleased : this.#release(appendMs, changed)
    if (!hasTime(event) || this.skew.isBelieved(event.timestamp, appendMs))
      return { outcome: this.#count(event, appendMs, changed), released, changed }
    if (!this.skew.isPossible(event.timestamp, appendMs))
      return { outcome: this.#countInvalid(event, changed).outcome, released, changed }
    const dropped = this.held.add(event, appendMs)
    if (dropped === undefined) return { outcome: 'held', released, changed }
    const settled = this.#countInvalid(dropped.event, changed)
    return { outcome: 'held', released: [...released, settled], changed }
  }

  /** Continues at a later offset: the input no longer holds the records before, all appended before `deletedBeforeMs`, epoch ms. */
  skipTo(offset: bigint, deletedBeforeMs: number): void {
    if (offset <= this.nextOffset) return
    if (this.nextOffset === 0n) this.clock.wholeFromMs = deletedBeforeMs + maxAheadMs
    this.nextOffset = offset
  }

  /** Continues at an earlier offset: the input lost its end after it was read. The figures stay. */
  goBackTo(offset: bigint): void {
    this.#revisionBase += Number(this.nextOffset - offset)
    this.nextOffset = offset
  }

  /** Passes over a record that cannot be decoded. */
  skip(offset: bigint, appendMs: number): void {
    this.#advanceTo(offset, appendMs)
  }

  /** Every open window, as of its channel's last record. */
  *openWindows(): Generator<PendingFrame> {
    for (const channel of this.channels.values()) {
      for (const window of channel.windows.values())
        if (this.#isWhole(window)) yield { channel, window, revision: channel.lastRevision }
    }
  }

  /** How many channels and moments have changed since the last snapshot; a closed window counts by the size of its records. */
  get unwritten(): number {
    const { changed, forgotten } = this.open
    return changed.size + forgotten.size + this.#finals.length * closedWindowWeight + this.moments.size
  }

  /** The final frames of the windows that closed since the last call. */
  takeFinals(): ChannelStats[] {
    const finals = this.#finals
    this.#finals = []
    return finals
  }

  /** The summaries of the same windows, since the last call. */
  takeSummaries(): WindowSummary[] {
    const summaries = this.#summaries
    this.#summaries = []
    return summaries
  }

  #advanceTo(offset: bigint, appendMs: number): void {
    this.nextOffset = offset + 1n
    this.clock.lastAppendMs = Math.max(this.clock.lastAppendMs, appendMs)
  }

  /** Counts held events whose time is believed now, and those whose time never will be. */
  #release(appendMs: number, changed: PendingFrame[]): Settled[] {
    const { believed, invalid } = this.held.take((timestamp) => this.skew.isBelieved(timestamp, appendMs))
    const settled = invalid.map(({ event }) => this.#countInvalid(event, changed))
    for (const { event, appendMs: heldSinceMs } of believed)
      settled.push({ type: event.type, outcome: this.#count(event, heldSinceMs, changed) })
    return settled
  }

  /** The time and the order of the channels stay: the event is of none of them. */
  #anonymise(event: Privacy, changed: PendingFrame[]): void {
    this.held.anonymise(onePerson(event.user_id, event.anonymous_id, event.names))
    for (const channel of this.channels.values()) {
      const windows = [...channel.windows.values()].filter((window) => window.anonymise(event))
      channel.moments.anonymise(event)
      this.#noteMoments(channel)
      if (windows.length === 0) continue
      this.open.noteChange(channel, this.revision)
      this.#note(channel, windows, changed)
    }
  }

  #count(event: ChannelEvent, appendMs: number, changed: PendingFrame[]): Outcome {
    const id = event.channel_id
    const channel = this.channels.get(id) ?? emptyChannel(id, event.channel_login)
    const applied = applyEvent(channel, event, appendMs, this.finalWindows)
    this.#close(channel, applied.closed)
    if (channel.windows.size > 0) this.open.touch(channel, this.revision)
    const { surplus } = this.open
    if (surplus !== undefined) this.#forget(surplus)
    this.#note(channel, applied.changed, changed)
    this.#noteMoments(channel)
    return applied.outcome
  }

  #countInvalid(event: TimedEvent, changed: PendingFrame[]): Settled {
    const channel = this.channels.get(event.channel_id)
    const window = channel?.windows.get(windowStart(channel.time))
    if (channel !== undefined && window !== undefined) {
      window.aggregates.invalidTimeCount.add()
      this.open.touch(channel, this.revision)
      this.#note(channel, [window], changed)
    }
    return { type: event.type, outcome: 'invalid_time' }
  }

  #note(channel: ChannelState, windows: readonly WindowState[], changed: PendingFrame[]): void {
    const { revision } = this
    for (const window of windows) if (this.#isWhole(window)) changed.push({ channel, window, revision })
  }

  #isWhole({ start }: WindowState): boolean {
    return start >= this.clock.wholeFromMs
  }

  #close(channel: ChannelState, closed: readonly WindowState[]): void {
    for (const window of closed) {
      if (!this.#isWhole(window)) continue
      this.#finals.push(statsFrame(channel, window, this.revision, true))
      this.#summaries.push(windowSummary(channel, window, this.revision, true))
    }
  }

  #noteMoments(channel: ChannelState): void {
    this.moments.note(channel, this.revision, this.clock.wholeFromMs)
  }

  #forget(channel: ChannelState): void {
    channel.moments.close()
    this.#noteMoments(channel)
    this.#close(channel, closeWindows(channel, Infinity))
    this.finalWindows.add(channel.channelId, windowStart(channel.time), this.clock.nowMs)
    this.open.forget(channel.channelId)
  }
}
