import type { ChatEvent } from '@chat-battle/contracts/chat-event'
import type { ChannelStats } from '@chat-battle/contracts/channel-stats'
import { graceMs, windowMs } from '@chat-battle/contracts/window'
import {
  applyEvent,
  closeWindows,
  emptyChannel,
  maxAheadMs,
  type ChannelState,
  type Outcome,
} from './channel-state.ts'
import type { News } from './frame-pacer.ts'
import { statsFrame } from './stats-frame.ts'
import type { WindowState } from './window-state.ts'

/** A channel that nothing was heard of for so long, by the broker's clock, is closed and forgotten. */
const forgetAfterMs = windowMs + 5 * graceMs
/** How often, by the broker's clock, forgotten channels are looked for. */
const sweepEveryMs = 60_000
/** When nothing at all was appended for so long, the broker was away, and no channel is to be forgotten for its silence. */
const brokerAwayMs = 60_000

/** More channels than this are not kept open in a partition: the one not heard of for the longest is closed and forgotten. */
export const maxChannels = 5000

/** What a partition knows of the broker's clock, epoch ms. */
export interface BrokerClock {
  sweptAtMs: number
  lastAppendMs: number
  /** Nothing is forgotten before. */
  keepUntilMs: number
  /** The input no longer held the beginning of windows that began before: they are neither shown nor archived. */
  wholeFromMs: number
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
  #finals: ChannelStats[] = []

  constructor(
    channels: Iterable<ChannelState> = [],
    nextOffset = 0n,
    clock: BrokerClock = { sweptAtMs: 0, lastAppendMs: 0, keepUntilMs: 0, wholeFromMs: 0 },
  ) {
    const inOrder = [...channels].sort((a, b) => Number(a.lastOffset - b.lastOffset))
    this.channels = new Map(inOrder.map((channel) => [channel.channelId, channel]))
    this.nextOffset = nextOffset
    this.clock = clock
  }

  /** Applies the record at `nextOffset`; tells what became of it and which windows have news. */
  apply(event: ChatEvent, offset: bigint, appendMs: number): { outcome: Outcome; changed: News[] } {
    this.nextOffset = offset + 1n
    const revision = Number(this.nextOffset)
    this.#sweep(appendMs, revision)
    const id = event.channel_id
    const channel = this.channels.get(id) ?? emptyChannel(id, event.channel_login)
    const { outcome, changed, closed } = applyEvent(channel, event, appendMs)
    this.#finish(channel, closed, revision)
    if (channel.windows.size > 0) {
      channel.lastOffset = offset
      this.channels.delete(id)
      this.channels.set(id, channel)
      this.dirty.add(id)
      this.forgotten.delete(id)
    }
    if (this.channels.size > maxChannels) this.#forgetOldest(revision)
    const news = changed.filter((window) => this.#isWhole(window))
    return { outcome, changed: news.map((window) => ({ channel, window, revision })) }
  }

  /** Passes over what the input no longer holds, all of which was appended before `deletedBeforeMs`, epoch ms. */
  skipTo(offset: bigint, deletedBeforeMs: number): void {
    if (offset <= this.nextOffset) return
    if (this.nextOffset === 0n) this.clock.wholeFromMs = deletedBeforeMs + maxAheadMs
    this.nextOffset = offset
  }

  /** Goes on at an earlier offset: the input's end was lost after it was read. What was counted stays. */
  goBackTo(offset: bigint): void {
    this.nextOffset = offset
    for (const [id, channel] of this.channels) {
      channel.lastOffset = offset > 0n ? offset - 1n : 0n
      this.dirty.add(id)
    }
  }

  /** Passes over a record that cannot be understood. */
  skip(offset: bigint): void {
    this.nextOffset = offset + 1n
  }

  /** Every open window, as of its channel's last record. */
  *openWindows(): Generator<News> {
    for (const channel of this.channels.values()) {
      const revision = Number(channel.lastOffset) + 1
      for (const window of channel.windows.values())
        if (this.#isWhole(window)) yield { channel, window, revision }
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

  #sweep(appendMs: number, revision: number): void {
    const { clock } = this
    if (appendMs > clock.lastAppendMs + brokerAwayMs) clock.keepUntilMs = appendMs + forgetAfterMs
    clock.lastAppendMs = Math.max(clock.lastAppendMs, appendMs)
    if (appendMs < Math.max(clock.sweptAtMs + sweepEveryMs, clock.keepUntilMs)) return
    clock.sweptAtMs = appendMs
    for (const [id, channel] of this.channels) {
      // The rest was heard of later.
      if (channel.lastAppendMs > appendMs - forgetAfterMs) return
      this.#forget(id, channel, revision)
    }
  }

  #isWhole({ start }: WindowState): boolean {
    return start >= this.clock.wholeFromMs
  }

  #finish(channel: ChannelState, closed: readonly WindowState[], revision: number): void {
    for (const window of closed)
      if (this.#isWhole(window)) this.#finals.push(statsFrame(channel, window, revision, true))
  }

  #forgetOldest(revision: number): void {
    for (const [id, channel] of this.channels) return this.#forget(id, channel, revision)
  }

  #forget(id: string, channel: ChannelState, revision: number): void {
    this.#finish(channel, closeWindows(channel, Infinity), revision)
    this.channels.delete(id)
    this.dirty.delete(id)
    this.forgotten.add(id)
  }
}
