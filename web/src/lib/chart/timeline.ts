import type { TimeRange } from '@chat-battle/contracts/records/channel-stats'
import type { ChannelStatus } from '@chat-battle/contracts/records/channel-status'
import { seriesStepMs } from '@chat-battle/contracts/window'
import { firstCoveredMs, uncovered } from '../channel/coverage.ts'
import type { Frames } from '../source/merge-frame.ts'

/** Ten minutes. */
export const timelineSteps = 120
const paceSteps = 12

/** The last ten minutes of a channel, in steps of five seconds; null where nothing is known. */
export interface Timeline {
  /** Start of the first step, epoch ms. */
  startMs: number
  counts: (number | null)[]
}

/**
 * The ten minutes up to now, or up to the window's end where that lies before. `holes`: what was not covered; a step without
 * messages that lies in one is not known.
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

/** Messages a minute over the last minute of complete steps, or over as much of it as is known. */
export function paceOf({ counts }: Timeline): number {
  const complete = counts.slice(-paceSteps - 1, -1).filter((count) => count !== null)
  if (complete.length === 0) return counts.at(-1) ?? 0
  const sum = complete.reduce((total, count) => total + count, 0)
  return Math.round((sum * paceSteps) / complete.length)
}

export interface Share {
  /** From 0, the left edge, to 1. */
  from: number
  to: number
}

/**
 * Where on the timeline messages may have been missed, as shares of its width, in order and apart from each other: the gaps
 * of the status, and what the windows say was not covered since it first was. `nowMs`: epoch ms.
 */
export function gapsOn(
  timeline: Timeline,
  frames: Frames,
  status: ChannelStatus | null,
  nowMs: number,
): Share[] {
  const open = status?.state === 'reconnecting' ? [{ from: status.since, to: nowMs }] : []
  const sinceMs = firstCoveredMs(frames) ?? Infinity
  const holes = uncovered(frames, status?.state === 'joined', nowMs).filter(({ from }) => from >= sinceMs)
  return sharesOf(timeline, [...(status?.gaps ?? []), ...open, ...holes])
}

/** The time before the channel was first covered, as shares of the timeline, as far as no gap is drawn there. */
export function unwatchedOn(
  timeline: Timeline,
  frames: Frames,
  gaps: readonly Share[],
  nowMs: number,
): Share[] {
  const untilMs = firstCoveredMs(frames)
  if (untilMs === null) return []
  const before = uncovered(frames, true, nowMs).filter(({ to }) => to <= untilMs)
  return sharesOf(timeline, before).filter(
    ({ from, to }) => !gaps.some((gap) => gap.from <= from && gap.to >= to),
  )
}

function sharesOf(timeline: Timeline, ranges: readonly TimeRange[]): Share[] {
  const lengthMs = timelineSteps * seriesStepMs
  return ranges
    .map(({ from, to }) => ({
      from: Math.max(0, (from - timeline.startMs) / lengthMs),
      to: Math.min(1, (to - timeline.startMs) / lengthMs),
    }))
    .filter(({ from, to }) => to > from)
    .sort((a, b) => a.from - b.from)
    .reduce<Share[]>((apart, gap) => {
      const last = apart.at(-1)
      if (last === undefined || gap.from > last.to) return [...apart, gap]
      return [...apart.slice(0, -1), { from: last.from, to: Math.max(last.to, gap.to) }]
    }, [])
}
