import type { WindowSummary } from '@chat-battle/contracts/records/window-summary'
import type { PendingFrame } from '@chat-battle/statistics/stats-frame'
import type { WindowState } from '@chat-battle/statistics/window'
import { windowSummary } from '@chat-battle/statistics/window-summary'

/** A window that changes has a summary this often: a busy one's takes about 10 ms. */
const summaryIntervalMs = 10_000
/** At most this many summaries at a time, longest waiting first. */
export const maxSummariesAtOnce = 50

/** Delays the summaries of open windows. A window that closes has its last one with the state. Times are monotonic ms. */
export class SummaryThrottle {
  readonly #waiting = new Map<WindowState, PendingFrame>()
  readonly #sentAtMs = new WeakMap<WindowState, number>()

  note(frame: PendingFrame): void {
    this.#waiting.set(frame.window, frame)
  }

  takeDue(nowMs: number): WindowSummary[] {
    const due: WindowSummary[] = []
    for (const [window, { channel, revision }] of this.#waiting) {
      if (channel.windows.get(window.start) !== window) {
        this.#waiting.delete(window)
        continue
      }
      if (nowMs < (this.#sentAtMs.get(window) ?? -Infinity) + summaryIntervalMs) continue
      this.#waiting.delete(window)
      this.#sentAtMs.set(window, nowMs)
      if (due.push(windowSummary(channel, window, revision, false)) === maxSummariesAtOnce) break
    }
    return due
  }
}
