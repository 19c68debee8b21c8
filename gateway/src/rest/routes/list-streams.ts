import { listStreams } from '@chat-battle/contracts/rest/routes/list-streams'
import { findChannel } from '../../archive/find-channel.ts'
import { pageOfStreams } from '../../archive/streams.ts'
import { endpoint, reply } from '../endpoint.ts'
import { liveOf } from '../../current/live-of.ts'

export const listStreamsEndpoint = endpoint(listStreams, async (context, { params, query }) => {
  const channel = await findChannel(context.archive, context.channels, params.channel)
  const live = liveOf(context, channel)
  const page = await pageOfStreams(context.archive, { channelId: channel.id, live }, query.cursor)
  return reply(200, { channel_id: channel.id, channel_login: channel.login, live, ...page })
})
