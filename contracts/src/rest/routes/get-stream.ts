import { z } from '../../zod.ts'
import { count, opaqueId } from '../../primitives.ts'
import { moment } from '../../records/moment.ts'
import { channelName } from '../parameters.ts'
import { defineRoute } from '../route.ts'
import { history, historyTotals, historyViewers, type History } from './get-history.ts'
import { streamEntry } from './list-streams.ts'

/** Twitch ends a stream after two days; of a longer one, the last part is summed. */
export const maxStreamRangeMs = 7 * 24 * 60 * 60_000

/** By how much a figure is greater than that of the stream before: 0.5 is half more. Null: one of both is zero or not known. */
const ratio = z.number().nullable()

export const streamSummary = z.object({
  stream: streamEntry,
  /** From the stream's start until it was last seen, in steps of 10 minutes. `totals` are of whole windows. */
  history,
  /** The window with the most messages; null: none has any. */
  busiest: z.object({ at: count, message_count: count }).nullable(),
  /** Those that started during the stream. */
  moments: z.array(moment),
  /** The stream before; null: none is known. */
  before: z
    .object({ stream: streamEntry, totals: historyTotals, viewers: historyViewers.nullable() })
    .nullable(),
  change: z
    .object({
      message_count: ratio,
      unique_chatters: ratio,
      /** Of the time that was covered of each. */
      messages_per_minute: ratio,
      peak_viewers: ratio,
      average_viewers: ratio,
    })
    .nullable(),
})

export const getStream = defineRoute({
  id: 'getStream',
  method: 'GET',
  path: '/api/channels/{channel}/streams/{stream}',
  summary: 'Get the summary of a stream, and its change against the stream before',
  access: 'anyone',
  isRateLimited: true,
  needsView: true,
  params: z.object({ channel: channelName, stream: opaqueId.describe('`stream_id` of a stream.') }),
  query: z.object({}),
  responses: { 200: { name: 'StreamSummary', description: 'The summary', body: streamSummary } },
  errors: [
    'malformed_channel',
    'channel_not_monitored',
    'stream_not_found',
    'range_not_served',
    'rate_limited',
    'archive_unavailable',
  ],
})

export type StreamSummary = z.infer<typeof streamSummary>

/** The step with the most messages, the first of several; null: no step has any. */
export function busiestOf({ points }: Pick<History, 'points'>): StreamSummary['busiest'] {
  let busiest: StreamSummary['busiest'] = null
  for (const { at, message_count } of points)
    if (message_count > (busiest?.message_count ?? 0)) busiest = { at, message_count }
  return busiest
}
