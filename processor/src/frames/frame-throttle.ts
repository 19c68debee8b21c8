import type { ChannelStats } from '@chat-battle/contracts/records/channel-stats'
import { statsFrame, type PendingFrame } from '@chat-battle/statistics/stats-frame'
import type { WindowState } from '@chat-battle/statistics/window'

/** A busy window has 10 frames per second in the long run. */
const intervalMs = 100
/** A window may be this far ahead of that pace, so one late frame does not delay every frame after it. */
const creditMs = 100
/** Two frames of a window are at least this far apart: events of one burst share a frame. */
const minGapMs = 25

interface Pace {
  sentAtMs: number
  /** When the next frame would be due without credit. */
  nextAtMs: number
}

/**
 * Delays the frames of busy windows and always ends with the last state; a quiet window's frame is due at once. Times are
 * monotonic ms.
 */
export class FrameThrottle {
  readonly #waiting = new Map<WindowState, PendingFrame>()
  readonly #paces = new WeakMap<WindowState, Pace>()

  note(frame: PendingFrame): void {
    this.#waiting.set(frame.window, frame)
  }

  /** Takes the frames that are due. `nextInMs`: when the next one is due; undefined if none waits. */
  takeDue(nowMs: number): { frames: ChannelStats[]; nextInMs: number | undefined } {
    const frames: ChannelStats[] = []
    let nextAtMs = Infinity
    for (const [window, { channel, revision }] of this.#waiting) {
      const pace = this.#paces.get(window)
      const dueAtMs =
        pace === undefined ? -Infinity : Math.max(pace.nextAtMs - creditMs, pace.sentAtMs + minGapMs)
      if (dueAtMs > nowMs) {
        nextAtMs = Math.min(nextAtMs, dueAtMs)
        continue
      }
      this.#waiting.delete(window)
      const paidAtMs = Math.max(pace?.nextAtMs ?? nowMs, nowMs)
      this.#paces.set(window, { sentAtMs: nowMs, nextAtMs: paidAtMs + intervalMs })
      frames.push(statsFrame(channel, window, revision, false))
    }
    return { frames, nextInMs: nextAtMs === Infinity ? undefined : nextAtMs - nowMs }
  }
}
