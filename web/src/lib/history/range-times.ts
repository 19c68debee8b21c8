import type { TimeRange } from '@chat-battle/contracts/records/channel-stats'
import {
  historySteps,
  maxHistoryAgeMs,
  type HistoryStep,
} from '@chat-battle/contracts/rest/routes/get-history'
import type { BattleAddress } from '../battle/battle-address.ts'
import { minRangeMs } from '../chart/chart-view.ts'

export type HistoryChoice = Exclude<BattleAddress['range'], 'live'>

const minuteMs = 60 * 1000
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs

const lengthsMs: Readonly<Record<Extract<HistoryChoice, string>, number>> = {
  '10m': 10 * minuteMs,
  '1h': hourMs,
  '1d': dayMs,
  '7d': 7 * dayMs,
}

/** The times of a range. One that is open ends at `nowMs` (epoch ms), which is rounded so that its curves keep their steps. */
export function timesOf(range: HistoryChoice, nowMs: number): TimeRange {
  if (typeof range !== 'string') return range
  const lengthMs = lengthsMs[range]
  const { stepMs } = historySteps[stepOf(lengthMs)]
  const to = Math.ceil(nowMs / stepMs) * stepMs
  return { from: to - lengthMs, to }
}

/** The longest range that is drawn in steps of 5 s: in longer ones they are mere noise. */
const maxFineMs = 30 * minuteMs

/** The shortest step that draws a range well, with at most so many points. */
export function stepOf(lengthMs: number, maxPoints = 750): HistoryStep {
  const steps: HistoryStep[] = lengthMs <= maxFineMs ? ['5s', '1m'] : ['1m', '10m', '1h', '1d']
  return steps.find((step) => lengthMs / historySteps[step].stepMs <= maxPoints) ?? '1d'
}

/** How often the figures of a range are fetched again, in ms; null where they do not change any more. */
export function refreshMs({ from, to }: TimeRange, nowMs: number): number | null {
  // The last window is final a minute after its end, and archived soon after that.
  if (to < nowMs - 15 * minuteMs) return null
  const lengthMs = to - from
  if (lengthMs <= 2 * hourMs) return 5000
  return lengthMs <= 2 * dayMs ? minuteMs : 5 * minuteMs
}

export type RangeProblem = 'incomplete' | 'backwards' | 'short' | 'long' | 'old' | 'future'

/** What is wrong with a typed range; undefined: nothing. */
export function problemOf(
  from: number | undefined,
  to: number | undefined,
  nowMs: number,
): RangeProblem | undefined {
  if (from === undefined || to === undefined) return 'incomplete'
  if (from >= to) return 'backwards'
  if (to - from < minRangeMs) return 'short'
  if (to - from > maxHistoryAgeMs) return 'long'
  if (from < nowMs - maxHistoryAgeMs) return 'old'
  return from >= nowMs ? 'future' : undefined
}

/** A range as it can be served: not older than what is kept, and not later than now. */
export function within(range: TimeRange, nowMs: number): TimeRange {
  const lengthMs = Math.min(range.to - range.from, maxHistoryAgeMs - hourMs)
  const from = Math.min(Math.max(range.from, nowMs - maxHistoryAgeMs + hourMs), nowMs - lengthMs)
  return { from: Math.round(from), to: Math.round(from + lengthMs) }
}
