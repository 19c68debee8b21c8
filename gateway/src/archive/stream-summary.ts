import type { History } from '@chat-battle/contracts/rest/routes/get-history'
import type { StreamSummary } from '@chat-battle/contracts/rest/routes/get-stream'

type Summed = Pick<History, 'from' | 'to' | 'points' | 'totals' | 'viewers'>

const minuteMs = 60_000

/** The step with the most messages, the first of several; null: no step has any. */
export function busiestOf({ points }: Pick<Summed, 'points'>): StreamSummary['busiest'] {
  let busiest: StreamSummary['busiest'] = null
  for (const { at, message_count } of points)
    if (message_count > (busiest?.message_count ?? 0)) busiest = { at, message_count }
  return busiest
}

/** By how much the figures of a stream are greater than those of the one before. */
export function changeOf(stream: Summed, before: Summed): StreamSummary['change'] {
  return {
    message_count: ratio(stream.totals.message_count, before.totals.message_count),
    unique_chatters: ratio(stream.totals.unique_chatters, before.totals.unique_chatters),
    messages_per_minute: ratio(perMinute(stream), perMinute(before)),
    peak_viewers: ratio(stream.viewers?.peak, before.viewers?.peak),
    average_viewers: ratio(stream.viewers?.average, before.viewers?.average),
  }
}

/** Of the windows that are summed: a stream begins and ends within one. */
function perMinute({ totals }: Summed): number {
  return (totals.message_count * minuteMs) / (totals.to - totals.from)
}

function ratio(now: number | undefined, before: number | undefined): number | null {
  return now === undefined || before === undefined || before === 0 ? null : now / before - 1
}
