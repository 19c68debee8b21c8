import { graceMs, windowMs } from '@chat-battle/contracts/window'
import type { ChannelState } from './channel.ts'

/** A channel without a record for so long, by the broker's clock, is closed and forgotten. */
const forgetAfterMs = windowMs + 5 * graceMs
const sweepEveryMs = 60_000
/** Without any record for so long, the broker was away: no channel is forgotten for its silence. */
const brokerAwayMs = 60_000
/** An append time may lie before earlier ones by less than this; by more, the broker's clock was corrected backward. */
const clockBackMs = 60_000

/** A partition keeps at most this many channels open. Beyond, it closes and forgets the one with the oldest last record. */
export const maxChannels = 5000

/** What a partition knows of the broker's clock, epoch ms. */
export interface BrokerClock {
  sweptAtMs: number
  /** By the last record. */
  nowMs: number
  /** The greatest append time so far. */
  lastAppendMs: number
  /** No channel is forgotten before. */
  keepUntilMs: number
  /** Windows that began before are neither shown nor archived: the input no longer held their beginning. */
  wholeFromMs: number
}

export const clockAtStart: Readonly<BrokerClock> = {
  sweptAtMs: 0,
  nowMs: 0,
  lastAppendMs: 0,
  keepUntilMs: 0,
  wholeFromMs: 0,
}

const none: readonly ChannelState[] = []

/** The channels of a partition with an open window, by their last record, and what changed of them since the last snapshot. */
export class OpenChannels {
  /** In the order of their last records. */
  readonly byId: Map<string, ChannelState>
  readonly changed = new Set<string>()
  readonly forgotten = new Set<string>()
  #touches: number

  constructor(channels: Iterable<ChannelState> = [], touches = 0) {
    const inOrder = [...channels].sort((a, b) => a.lastTouch - b.lastTouch)
    this.byId = new Map(inOrder.map((channel) => [channel.channelId, channel]))
    this.#touches = touches
  }

  /** How many records the partition's channels have had. */
  get touches(): number {
    return this.#touches
  }

  /** Notes a record of a channel. */
  touch(channel: ChannelState, revision: number): void {
    const { channelId: id } = channel
    channel.lastRevision = revision
    channel.lastTouch = ++this.#touches
    this.byId.delete(id)
    this.byId.set(id, channel)
    this.changed.add(id)
    this.forgotten.delete(id)
  }

  /** Notes that a channel changed without a record of its own: its place in the order stays. */
  noteChange(channel: ChannelState, revision: number): void {
    channel.lastRevision = revision
    this.changed.add(channel.channelId)
  }

  /** Removes a channel. */
  forget(id: string): void {
    this.byId.delete(id)
    this.changed.delete(id)
    this.forgotten.add(id)
  }

  /** The channels to forget as the broker's clock reaches `appendMs`: those without a record for long. */
  takeSilent(clock: BrokerClock, appendMs: number): readonly ChannelState[] {
    if (appendMs < clock.nowMs - clockBackMs) this.#restartSilence(clock, appendMs)
    else if (appendMs > clock.nowMs + brokerAwayMs) clock.keepUntilMs = appendMs + forgetAfterMs
    clock.nowMs = appendMs
    if (appendMs < clock.sweptAtMs + sweepEveryMs || appendMs < clock.keepUntilMs) return none
    clock.sweptAtMs = appendMs
    const silent: ChannelState[] = []
    for (const channel of this.byId.values()) {
      // The others had records later.
      if (channel.lastAppendMs > appendMs - forgetAfterMs) break
      silent.push(channel)
    }
    return silent
  }

  /** The channel with the oldest last record while there are too many. */
  get surplus(): ChannelState | undefined {
    return this.byId.size > maxChannels ? this.byId.values().next().value : undefined
  }

  /** The broker's clock was corrected backward: silence counts from now. */
  #restartSilence(clock: BrokerClock, appendMs: number): void {
    clock.sweptAtMs = appendMs
    clock.keepUntilMs = appendMs + forgetAfterMs
    for (const [id, channel] of this.byId) {
      if (channel.lastAppendMs <= appendMs) continue
      channel.lastAppendMs = appendMs
      this.changed.add(id)
    }
  }
}
