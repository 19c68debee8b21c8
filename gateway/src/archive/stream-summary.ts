import { messagesPerMinute, type History } from '@chat-battle/contracts/rest/routes/get-history'
import type { StreamSummary } from '@chat-battle/contracts/rest/routes/get-stream'

type Summed = Pick<History, 'totals' | 'viewers' | 'points' | 'covered_ms'>

/** By how much the figures of a stream are greater than those of the one before. */
export function changeOf(stream: Summed, before: Summed): StreamSummary['change'] {
  return {
    message_count: ratio(stream.totals.message_count, before.totals.message_count),
    unique_chatters: ratio(stream.totals.unique_chatters, before.totals.unique_chatters),
    messages_per_minute: ratio(messagesPerMinute(stream), messagesPerMinute(before)),
    peak_viewers: ratio(stream.viewers?.peak, before.viewers?.peak),
    average_viewers: ratio(stream.viewers?.average, before.viewers?.average),
  }
}

function ratio(now: number | null | undefined, before: number | null | undefined): number | null {
  if (now === undefined || now === null || before === undefined || before === null || before === 0)
    return null
  return now / before - 1
}
