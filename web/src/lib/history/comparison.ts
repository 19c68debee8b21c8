import type { TimeRange } from '@chat-battle/contracts/records/channel-stats'
import { messagesIn, type History } from '@chat-battle/contracts/rest/routes/get-history'
import type { StreamEntry } from '@chat-battle/contracts/rest/routes/list-streams'
import { windowMs } from '@chat-battle/contracts/window'
import type { ChartSeries } from '../chart/chart-series.ts'
import { isUncovered, uncoveredMs } from './history-points.ts'

const dayMs = 24 * 60 * 60 * 1000

/** How far back the same hour of the day before is. */
export const dayBeforeMs = dayMs

/**
 * How far back the same time of the stream before is, in whole windows: that of the newest stream that began before the range's
 * end. Undefined without two streams. `streams`: newest first.
 */
export function streamBeforeMs(
  streams: readonly Pick<StreamEntry, 'started_at'>[],
  { to }: TimeRange,
): number | undefined {
  const [stream, before] = streams.filter(({ started_at }) => started_at < to)
  if (stream === undefined || before === undefined) return undefined
  return Math.round((stream.started_at - before.started_at) / windowMs) * windowMs
}

/** A curve of an earlier range, drawn over the later one. */
export function shifted(points: ChartSeries['points'], byMs: number): ChartSeries['points'] {
  return points.map(({ at, value }) => ({ at: at + byMs, value }))
}

export interface Difference {
  /** Messages of the same steps. */
  now: number
  before: number
  /** 0.5: half more than before. Null: there were no messages before. */
  ratio: number | null
  /** A part of either time was not covered, so the counts may be low. */
  isPartial: boolean
}

/**
 * Compares the messages of two ranges, step by step, up to the last whole step of the later one. `uncovered`: one of both is not known at
 * all. `nowMs`: epoch ms.
 */
export function differenceOf(
  history: History,
  before: History,
  byMs: number,
  nowMs: number,
): Difference | 'uncovered' {
  if (isUncovered(history) || isUncovered(before)) return 'uncovered'
  const { step_ms: stepMs } = history
  const whole = history.points.filter(({ at }) => at + stepMs <= nowMs)
  const times = new Set(whole.map(({ at }) => at - byMs))
  const [now, then] = [messagesIn(whole), messagesIn(before.points.filter(({ at }) => times.has(at)))]
  const from = whole[0]?.at ?? history.from
  const range = { from, to: from + whole.length * stepMs }
  const earlier = { from: range.from - byMs, to: range.to - byMs }
  return {
    now,
    before: then,
    ratio: then === 0 ? null : now / then - 1,
    isPartial: uncoveredMs(history, range) > 0 || uncoveredMs(before, earlier) > 0,
  }
}
