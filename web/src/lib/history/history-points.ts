import type { TimeRange } from '@chat-battle/contracts/records/channel-stats'
import type { History } from '@chat-battle/contracts/rest/routes/get-history'
import type { ChartHole, ChartSeries } from '../chart/chart-series.ts'

const minuteMs = 60_000
/** Counts of 5 s jump too much to be read as a curve. */
const minStepMs = 15_000

/** The time between the points of a curve, in ms. */
export function pointMs({ step_ms: stepMs }: Pick<History, 'step_ms'>): number {
  return Math.max(stepMs, minStepMs)
}

/**
 * Messages per minute of the covered time of each step of `pointMs`, times `factor`. Null where less than a minute of a step was covered, or
 * half of a shorter one, and for the present step until half of it is over. `nowMs`: epoch ms.
 */
export function pacePoints(
  history: Pick<History, 'points' | 'gaps' | 'step_ms'>,
  nowMs: number,
  factor: number | null = 1,
): ChartSeries['points'] {
  const stepMs = pointMs(history)
  const counts = new Map<number, number>()
  for (const { at, message_count: count } of history.points) {
    const start = at - (at % stepMs)
    counts.set(start, (counts.get(start) ?? 0) + count)
  }
  return Array.from(counts, ([at, count]) => {
    const elapsedMs = Math.min(stepMs, nowMs - at)
    const coveredMs = elapsedMs - uncoveredMs(history, { from: at, to: at + elapsedMs })
    const isKnown = elapsedMs >= stepMs / 2 && coveredMs >= Math.min(stepMs / 2, minuteMs)
    return { at, value: isKnown && factor !== null ? (count * minuteMs * factor) / coveredMs : null }
  })
}

/** Viewers of each step, where they are known. */
export function viewerPoints({ points }: Pick<History, 'points'>): ChartSeries['points'] {
  return points.map(({ at, viewers }) => ({ at, value: viewers }))
}

/** Whether there is a line to draw: one point is none. */
export function hasLine(series: readonly Pick<ChartSeries, 'points'>[]): boolean {
  return series.some(({ points }) => points.filter(({ value }) => value !== null).length > 1)
}

/** The time that at least one of the channels was not covered, in order and apart. A history does not know why. */
export function holesOf(histories: readonly Pick<History, 'gaps'>[]): ChartHole[] {
  const holes: ChartHole[] = []
  for (const { from, to } of histories.flatMap(({ gaps }) => gaps).sort((a, b) => a.from - b.from)) {
    const last = holes.at(-1)
    if (last === undefined || from > last.to) holes.push({ from, to, kind: 'unwatched' })
    else last.to = Math.max(last.to, to)
  }
  return holes
}

/** The length of the time without coverage within the range, in ms. */
export function uncoveredMs({ gaps }: Pick<History, 'gaps'>, { from, to }: TimeRange): number {
  return gaps.reduce((sum, gap) => sum + Math.max(0, Math.min(gap.to, to) - Math.max(gap.from, from)), 0)
}

/** Whether nothing of the range was covered: then its zeros mean nothing. */
export function isUncovered({ covered_ms, totals }: Pick<History, 'covered_ms' | 'totals'>): boolean {
  // Totals are of whole windows, and may have messages beside the range.
  return covered_ms === 0 && totals.message_count === 0
}
