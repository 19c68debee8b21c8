import type { TimeRange } from '@chat-battle/contracts/records/channel-stats'
import { seriesStepMs } from '@chat-battle/contracts/window'
import type { Frames } from '../source/merge-frame.ts'

/** Ten minutes. */
export const timelineSteps = 120
/** One minute. */
const paceSteps = 12
export const minuteMs = paceSteps * seriesStepMs
const timelineMinutes = 10

/** A channel's messages in steps of equal length: five seconds, or a minute. */
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
export function timelineOf(frames: Frames, nowMs: number, holes: readonly TimeRange[] = []): Timeline | null {
  const { current } = frames
  if (current === null) return null
  const untilMs = Math.max(current.window_start, Math.min(nowMs, current.window_end - 1))
  const lastStep = Math.floor(untilMs / seriesStepMs)
  const startMs = (lastStep - timelineSteps + 1) * seriesStepMs
  const counts = Array.from({ length: timelineSteps }, (_, step) => {
    const atMs = startMs + step * seriesStepMs
    const count = countAt(frames, atMs)
    return count === 0 && holes.some(({ from, to }) => atMs >= from && atMs + seriesStepMs <= to)
      ? null
      : count
  })
  return { startMs, counts }
}

/**
 * The last ten complete minutes before `nowMs` (epoch ms): messages of each. A minute that overlaps one of the `holes` is not
 * known.
 */
export function minutesOf(frames: Frames, nowMs: number, holes: readonly TimeRange[]): Timeline {
  const startMs = Math.floor(nowMs / minuteMs) * minuteMs - timelineMinutes * minuteMs
  const counts = Array.from({ length: timelineMinutes }, (_, minute) => {
    const fromMs = startMs + minute * minuteMs
    if (holes.some(({ from, to }) => from < fromMs + minuteMs && to > fromMs)) return null
    let sum = 0
    for (let step = 0; step < paceSteps; step++) {
      const count = countAt(frames, fromMs + step * seriesStepMs)
      if (count === null) return null
      sum += count
    }
    return sum
  })
  return { startMs, counts }
}

/** Messages of the step that starts at `atMs`; null where no frame has it. */
function countAt({ current, previous }: Frames, atMs: number): number | null {
  const window = [current, previous].find(
    (each) => each !== null && atMs >= each.window_start && atMs < each.window_end,
  )
  return window?.series.counts[Math.floor((atMs - window.window_start) / seriesStepMs)] ?? null
}

/** Messages per minute, over the complete steps of the last minute that are known. */
export function paceOf({ counts }: Timeline): number {
  const complete = counts.slice(-paceSteps - 1, -1).filter((count) => count !== null)
  if (complete.length === 0) return counts.at(-1) ?? 0
  const sum = complete.reduce((total, count) => total + count, 0)
  return Math.round((sum * paceSteps) / complete.length)
}
