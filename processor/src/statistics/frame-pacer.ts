import type { ChannelStats } from '@chat-battle/contracts/channel-stats'
import type { ChannelState } from './channel-state.ts'
import { statsFrame } from './stats-frame.ts'
import type { WindowState } from './window-state.ts'

/** A busy window's frames come at most ten times a second. */
const minIntervalMs = 100

/** A window with news: what a frame is made of at any later moment. */
export interface News {
  channel: ChannelState
  window: WindowState
  /** The revision of the window's newest change. */
  revision: number
}

/**
 * Turns news into frames: at once for a quiet window, held back for a busy one, always ending with the last state.
 * Pure but for what it is given: `now` in ms of any clock that only grows.
 */
export class FramePacer {
  readonly #waiting = new Map<WindowState, News>()
  readonly #sentAtMs = new WeakMap<WindowState, number>()

  note(news: News): void {
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
