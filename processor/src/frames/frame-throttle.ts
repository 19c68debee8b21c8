import type { ChannelStats } from '@chat-battle/contracts/records/channel-stats'
import { statsFrame, type PendingFrame } from '@chat-battle/statistics/stats-frame'
import type { WindowState } from '@chat-battle/statistics/window'

/** A busy window has at most 10 frames per second. */
const minIntervalMs = 100

/**
 * Delays the frames of busy windows and always ends with the last state; a quiet window's frame is due at once. Times are
 * monotonic ms.
 */
export class FrameThrottle {
  readonly #waiting = new Map<WindowState, PendingFrame>()
  readonly #sentAtMs = new WeakMap<WindowState, number>()

  note(frame: PendingFrame): void {
    this.#waiting.set(frame.window, frame)
  }

  /** Takes the frames that are due. `nextInMs`: when the next one is due; undefined if none waits. */
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
