import type { Moment } from '@chat-battle/contracts/records/moment'
import { callRoute } from '@chat-battle/contracts/rest/call-route'
import { getHistory, type History, type HistoryStep } from '@chat-battle/contracts/rest/routes/get-history'
import { listMoments } from '@chat-battle/contracts/rest/routes/list-moments'

const hourMs = 60 * 60_000
/** A moment is watched from so long before its start. */
export const beforeMomentMs = 10_000

/** Times are epoch ms of channel time. */
export interface Range {
  readonly from: number
  readonly to: number
}

/** Fine enough for the width of a screen, and within what the history serves for the range. */
export function timelineStep({ from, to }: Range): HistoryStep {
  return to - from <= hourMs ? '5s' : '1m'
}

/** The pace of a channel over the range of a replay. */
export function fetchPace(channel: string, { from, to }: Range, signal: AbortSignal): Promise<History> {
  const query = { from, to, step: timelineStep({ from, to }) }
  return callRoute(getHistory, { params: { channel }, query }, { signal })
}

export async function fetchMoments(
  channel: string,
  { from, to }: Range,
  signal: AbortSignal,
): Promise<Moment[]> {
  const { moments } = await callRoute(listMoments, { params: { channel }, query: { from, to } }, { signal })
  return moments
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

/** The SVG path of a line over a range, in a box of `width` by `height`. A step without a count is a hole. */
export function linePath(
  points: readonly { at: number; count: number | null }[],
  { from, to, peak }: Range & { peak: number },
  { width, height }: { width: number; height: number },
): string {
  let isOpen = false
  const parts: string[] = []
  for (const { at, count } of points) {
    if (count === null) {
      isOpen = false
      continue
    }
    const x = (((at - from) / (to - from)) * width).toFixed(1)
    const y = (height - (count / Math.max(1, peak)) * height).toFixed(1)
    parts.push(`${isOpen ? 'L' : 'M'}${x} ${y}`)
    isOpen = true
  }
  return parts.join('')
}

/** A stretch as shares of a range, from 0 to 1; null: outside. */
export function shareOf({ from, to }: Range, range: Range): { from: number; to: number } | null {
  const share = (at: number) => Math.min(1, Math.max(0, (at - range.from) / (range.to - range.from)))
  const found = { from: share(from), to: share(to) }
  return found.from < found.to ? found : null
}
