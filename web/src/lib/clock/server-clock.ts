import type { ChannelStats } from '@chat-battle/contracts/records/channel-stats'
import { isSilent } from '@chat-battle/contracts/records/newer-frame'
import type { Frames } from '../source/merge-frame.ts'

/** A message takes a while until it is here: a clock that seems ahead by less may be right. */
const aheadToleranceMs = 5000
/** No message is here before it was written, but Twitch's clocks differ among themselves. */
const behindToleranceMs = 1000
/** So many messages are remembered: few enough that a clock that is set meanwhile is soon followed. */
const maxDifferences = 20

/** How far the browser's clock is off the one by which messages are stamped, learned from messages as they come. */
export class ServerClock {
  #differencesMs: number[] = []

  /** Learns from a message of `writtenAtMs` that has just come, at `browserMs` by the browser's clock. */
  learn(writtenAtMs: number, browserMs: number): void {
    this.#differencesMs = [...this.#differencesMs, browserMs - writtenAtMs].slice(-maxDifferences)
  }

  /** The servers' time (epoch ms) at `browserMs`; the browser's own unless that is known to be off. */
  timeAt(browserMs: number): number {
    // What came the fastest tells the most: the rest of its difference is the clock's.
    const aheadMs = this.#differencesMs.length === 0 ? 0 : Math.min(...this.#differencesMs)
    const isOff = aheadMs > aheadToleranceMs || aheadMs < -behindToleranceMs
    return isOff ? browserMs - aheadMs : browserMs
  }
}

/** When the message was written that a frame is the first to tell of; undefined where there is none, or it may be old. */
export function newMessageAt({ current, previous }: Frames, frame: ChannelStats): number | undefined {
  const { last_message_at: writtenAtMs } = frame
  if (current === null || writtenAtMs === null) return undefined
  // A silent window's start says nothing: the clock that made it may be fast.
  const isPast = isSilent(current) ? frame.final : frame.window_start < current.window_start
  if (isPast) return undefined
  const knownMs = Math.max(current.last_message_at ?? 0, previous?.last_message_at ?? 0)
  return writtenAtMs > knownMs ? writtenAtMs : undefined
}
