import { maxHistoryAgeMs } from '@chat-battle/contracts/rest/routes/get-history'
import { busiestOf, getStream, maxStreamRangeMs } from '@chat-battle/contracts/rest/routes/get-stream'
import type { StreamEntry } from '@chat-battle/contracts/rest/routes/list-streams'
import { findChannel } from '../../archive/find-channel.ts'
import { rangeOf } from '../../archive/history/range.ts'
import { changeOf } from '../../archive/stream-summary.ts'
import { findStream, streamBefore } from '../../archive/streams.ts'
import { endpoint, reply } from '../endpoint.ts'
import { historyOf, withHistories } from '../history-requests.ts'
import { liveOf } from '../../current/live-of.ts'
import { readMoments } from '../read-moments.ts'

export const getStreamEndpoint = endpoint(getStream, (context, { params }) =>
  withHistories(context, async (archive) => {
    const channel = await findChannel(archive, context.channels, params.channel)
    const nowMs = context.channels.now(channel.login)
    const read = (extent: Extent) =>
      historyOf(context, archive, channel, rangeOf({ ...extent, step: '10m' }, nowMs), nowMs)
    const streamsOf = { channelId: channel.id, live: liveOf(context, channel) }
    const stream = await findStream(archive, streamsOf, params.stream)
    const extent = extentOf(stream, nowMs)
    const history = await read(extent)
    const moments = await readMoments({ ...context, archive }, channel.id, extent.from, extent.to)
    const summary = { stream, history, busiest: busiestOf(history), moments }
    const earlier = await streamBefore(archive, streamsOf, stream)
    if (earlier === undefined) return reply(200, { ...summary, before: null, change: null })
    const before = await read(extentOf(earlier, nowMs))
    const { totals, viewers } = before
    return reply(200, {
      ...summary,
      before: { stream: earlier, totals, viewers },
      change: changeOf(history, before),
    })
  }),
)

interface Extent {
  readonly from: number
  readonly to: number
}

/** From a stream's start until it was last seen; of one that is live, until now, the channel's time, epoch ms. */
function extentOf({ started_at, last_seen_at, is_live }: StreamEntry, nowMs: number): Extent {
  const lastMs = is_live ? Math.max(last_seen_at, Math.floor(nowMs)) : last_seen_at
  const to = Math.max(started_at, lastMs) + 1
  const from = Math.max(started_at, to - maxStreamRangeMs, Math.floor(nowMs) - maxHistoryAgeMs)
  return { from: Math.min(from, to - 1), to }
}
