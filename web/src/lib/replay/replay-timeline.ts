import type { TimeRange } from '@chat-battle/contracts/records/channel-stats'
import type { Moment } from '@chat-battle/contracts/records/moment'
import type { History, HistoryStep } from '@chat-battle/contracts/rest/routes/get-history'
import { fetchHistory } from '../api/history.ts'
import { linePath } from '../chart/chart-path.ts'

const minuteMs = 60_000
const hourMs = 60 * minuteMs
/** A moment is watched from so long before its start. */
export const beforeMomentMs = 10_000

/** Fine enough for the width of a screen, and within what the history serves for the range. */
export function timelineStep({ from, to }: TimeRange): HistoryStep {
  return to - from <= hourMs ? '5s' : '1m'
}

export function timelineStepMs(range: TimeRange): number {
  return timelineStep(range) === '5s' ? 5000 : minuteMs
}

/** The pace of a channel over the range of a replay. */
export function fetchPace(channel: string, range: TimeRange, signal: AbortSignal): Promise<History> {
  return fetchHistory(channel, range, timelineStep(range), { signal })
}

/** Lists by channel with a moment as the replay shows it, to the operator with its samples. */
export function withMoment(lists: readonly (readonly Moment[])[], moment: Moment): Moment[][] {
  return lists.map((list) =>
    list.map((known) =>
      known.channel_id === moment.channel_id && known.start === moment.start ? moment : known,
    ),
  )
}

/** Messages per step; null where a zero says nothing because the step was not covered. */
export function paceCounts({ points, gaps, step_ms }: Pick<History, 'points' | 'gaps' | 'step_ms'>) {
  return points.map(({ at, message_count }) => {
    const isInGap = gaps.some(({ from, to }) => at >= from && at + step_ms <= to)
    return { at, count: message_count === 0 && isInGap ? null : message_count }
  })
}

/** Messages per minute of what `paceCounts` returns. */
export function perMinute(
  counts: readonly { at: number; count: number | null }[],
  stepMs: number,
): { at: number; value: number | null }[] {
  return counts.map(({ at, count }) => ({ at, value: count === null ? null : (count * minuteMs) / stepMs }))
}

/** The SVG path of a line over a range, in a box of `width` by `height`. A step without a count is a hole. */
export function pacePath(
  points: readonly { at: number; count: number | null }[],
  { from, to, peak }: TimeRange & { peak: number },
  box: { width: number; height: number },
): string {
  return linePath(
    points.map(({ at }) => (at - from) / (to - from)),
    points.map(({ count }) => count),
    { ...box, max: Math.max(1, peak) },
  )
}

/** A stretch as shares of a range, from 0 to 1; null: outside. */
export function shareOf({ from, to }: TimeRange, range: TimeRange): { from: number; to: number } | null {
  const share = (at: number) => Math.min(1, Math.max(0, (at - range.from) / (range.to - range.from)))
  const found = { from: share(from), to: share(to) }
  return found.from < found.to ? found : null
}
