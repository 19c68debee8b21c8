import type { ChannelStats } from '@chat-battle/contracts/records/channel-stats'
import { statsFrame, type PendingFrame } from '@chat-battle/statistics/stats-frame'
import type { WindowState } from '@chat-battle/statistics/window'

/** A busy window's frames come at most ten times a second. */
const minIntervalMs = 100

/**
 * Turns news into frames: at once for a quiet window, held back for a busy one, always ending with the last state.
 * Pure but for what it is given: `now` in ms of any clock that only grows.
 */
export class FrameThrottle {
  readonly #waiting = new Map<WindowState, PendingFrame>()
  readonly #sentAtMs = new WeakMap<WindowState, number>()

  note(news: PendingFrame): void {
    this.#waiting.set(news.window, news)
  }

  /** The frames that are due, and in how many ms the next will be; undefined when none waits. */
  takeDue(nowMs: number): { frames: ChannelStats[]; nextInMs: number | undefined } {
    const frames: ChannelStats[] = []
    let nextAtMs = Infinity
    for (const [window, { channel, revision }] of this.#waiting) {
      const dueAtMs = (this.#sentAtMs.get(window) ?? -Infinity) + minIntervalMs
      if (dueAtMs > nowMs) {
        nextAtMs = Math.min(nextAtMs, dueAtMs)
        continue
      }
      this.#waiting.delete(window)
      this.#sentAtMs.set(window, nowMs)
      frames.push(statsFrame(channel, window, revision, false))
    }
    return { frames, nextInMs: nextAtMs === Infinity ? undefined : nextAtMs - nowMs }
  }
}
