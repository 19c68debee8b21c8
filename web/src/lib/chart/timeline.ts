import type { TimeRange } from '@chat-battle/contracts/records/channel-stats'
import { seriesStepMs } from '@chat-battle/contracts/window'
import type { Frames } from '../source/merge-frame.ts'

/** Ten minutes. */
export const timelineSteps = 120
/** One minute. */
const paceSteps = 12

/** The last ten minutes of a channel, in steps of five seconds. */
export interface Timeline {
  /** Start of the first step, epoch ms. */
  startMs: number
  /** Messages per step; null where they are not known. */
  counts: (number | null)[]
}

/**
 * The ten minutes up to `nowMs` (epoch ms), or up to the window's end where that is earlier; null without a frame. A step
 * without messages that lies in one of the `holes` is not known.
 */
export function timelineOf(
  { current, previous }: Frames,
  nowMs: number,
  holes: readonly TimeRange[] = [],
): Timeline | null {
  if (current === null) return null
  const untilMs = Math.max(current.window_start, Math.min(nowMs, current.window_end - 1))
  const lastStep = Math.floor(untilMs / seriesStepMs)
  const startMs = (lastStep - timelineSteps + 1) * seriesStepMs
  const counts = Array.from({ length: timelineSteps }, (_, step) => {
    const atMs = startMs + step * seriesStepMs
    const window = [current, previous].find(
      (each) => each !== null && atMs >= each.window_start && atMs < each.window_end,
    )
    const count = window?.series.counts[Math.floor((atMs - window.window_start) / seriesStepMs)] ?? null
    const isInHole = holes.some(({ from, to }) => atMs >= from && atMs + seriesStepMs <= to)
    return count === 0 && isInHole ? null : count
  })
  return { startMs, counts }
}

/** Messages per minute, over the complete steps of the last minute that are known. */
export function paceOf({ counts }: Timeline): number {
  const complete = counts.slice(-paceSteps - 1, -1).filter((count) => count !== null)
  if (complete.length === 0) return counts.at(-1) ?? 0
  const sum = complete.reduce((total, count) => total + count, 0)
  return Math.round((sum * paceSteps) / complete.length)
}
