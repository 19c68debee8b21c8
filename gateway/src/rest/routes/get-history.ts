import { getHistory } from '@chat-battle/contracts/rest/routes/get-history'
import { findChannel } from '../../archive/find-channel.ts'
import { rangeOf } from '../../archive/history/range.ts'
import { endpoint, reply } from '../endpoint.ts'
import { historyOf, withHistories } from '../history-requests.ts'

export const getHistoryEndpoint = endpoint(getHistory, (context, { params, query }) => {
  const { channels } = context
  const nowMs = channels.now(channels.resolve(params.channel))
  const range = rangeOf(query, nowMs)
  return withHistories(context, async (archive) => {
    const channel = await findChannel(archive, channels, params.channel)
    return reply(200, await historyOf(context, archive, channel, range, nowMs))
  })
})
