import type { TimeRange } from '@chat-battle/contracts/records/channel-stats'
import type { Moment } from '@chat-battle/contracts/records/moment'
import { seriesStepMs } from '@chat-battle/contracts/window'
import type { Timeline } from '../chart/timeline.ts'
import { fetchPace, paceCounts } from '../replay/replay-timeline.ts'

/** How much of the chat around a moment its curve shows, before and after. */
const aroundMs = 45_000
/** Curves that are requested at the same time. */
const maxInFlight = 2

/** A step of five seconds: messages, null where they are not known, and whether it is one of the moment's. */
export interface CurveStep {
  readonly at: number
  readonly count: number | null
  readonly isMoment: boolean
}

/** The whole steps of the chat around a moment, epoch ms. */
export function curveRange({ start, peak, end }: Pick<Moment, 'start' | 'peak' | 'end'>): TimeRange {
  const step = (at: number) => Math.floor(at / seriesStepMs) * seriesStepMs
  return { from: step(start - aroundMs), to: step((end ?? peak) + aroundMs) + seriesStepMs }
}

/** The curve from the live series; undefined where that does not reach. Steps to come are not known. */
export function liveCurve(moment: Moment, timeline: Timeline | null): CurveStep[] | undefined {
  const { from, to } = curveRange(moment)
  if (timeline === null || from < timeline.startMs) return undefined
  const counts = new Map(
    timeline.counts.map((count, index) => [timeline.startMs + index * seriesStepMs, count]),
  )
  return stepsOf(moment, from, to, (at) => counts.get(at) ?? null)
}

let inFlight = 0
const waiting: (() => void)[] = []

/** The curve from the history. Rejects where the server does not answer, or refuses. */
export async function fetchCurve(name: string, moment: Moment, signal: AbortSignal): Promise<CurveStep[]> {
  const { from, to } = curveRange(moment)
  if (inFlight >= maxInFlight) await new Promise<void>((resolve) => waiting.push(resolve))
  inFlight++
  try {
    signal.throwIfAborted()
    const counts = new Map(
      paceCounts(await fetchPace(name, { from, to }, signal)).map(({ at, count }) => [at, count]),
    )
    return stepsOf(moment, from, to, (at) => counts.get(at) ?? null)
  } finally {
    inFlight--
    waiting.shift()?.()
  }
}

function stepsOf(
  { start, peak, end }: Moment,
  from: number,
  to: number,
  countAt: (at: number) => number | null,
): CurveStep[] {
  return Array.from({ length: (to - from) / seriesStepMs }, (_, index) => {
    const at = from + index * seriesStepMs
    const isMoment = at + seriesStepMs > start && at < Math.max(end ?? peak, start + 1)
    return { at, count: countAt(at), isMoment }
  })
}
