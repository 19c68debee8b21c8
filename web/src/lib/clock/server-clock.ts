import type { ChannelStats } from '@chat-battle/contracts/records/channel-stats'
import { isSilent } from '@chat-battle/contracts/records/newer-frame'
import type { Frames } from '../source/merge-frame.ts'

/** Messages take a while to arrive, so a browser's clock that seems ahead by less may be right. */
const aheadToleranceMs = 5000
/** No message arrives before it was written, but Twitch's clocks differ from each other. */
const behindToleranceMs = 1000
/** Differences that are kept. A small number follows a corrected clock soon. */
const maxDifferences = 20

/** Estimates how far the browser's clock is from the one that stamps messages, from messages as they arrive. */
export class ServerClock {
  #differencesMs: number[] = []

  /** Both times are epoch ms: `writtenAtMs` by the servers' clock, `browserMs` by the browser's. */
  learn(writtenAtMs: number, browserMs: number): void {
    this.#differencesMs = [...this.#differencesMs, browserMs - writtenAtMs].slice(-maxDifferences)
  }

  /** The servers' time (epoch ms) at `browserMs`: the browser's own unless that is known to be off. */
  timeAt(browserMs: number): number {
    // The fastest message has the smallest delay, so its difference is closest to that of the clocks.
    const aheadMs = this.#differencesMs.length === 0 ? 0 : Math.min(...this.#differencesMs)
    const isOff = aheadMs > aheadToleranceMs || aheadMs < -behindToleranceMs
    return isOff ? browserMs - aheadMs : browserMs
  }
}

/** Time (epoch ms) of the newest message that only this frame counts; undefined without one, or where it may be old. */
export function newMessageAt({ current, previous }: Frames, frame: ChannelStats): number | undefined {
  const { last_message_at: writtenAtMs } = frame
  if (current === null || writtenAtMs === null) return undefined
  // The start of a silent window proves nothing: the clock that made it may be fast.
  const isPast = isSilent(current) ? frame.final : frame.window_start < current.window_start
  if (isPast) return undefined
  const knownMs = Math.max(current.last_message_at ?? 0, previous?.last_message_at ?? 0)
  return writtenAtMs > knownMs ? writtenAtMs : undefined
}
