import { listStreams } from '@chat-battle/contracts/rest/routes/list-streams'
import { archivedChannelId } from '../../archive/archived-channel.ts'
import { pageOfStreams } from '../../archive/streams.ts'
import { endpoint, reply } from '../endpoint.ts'

export const listStreamsEndpoint = endpoint(
  listStreams,
  async ({ archive, channels, liveView }, { params, query }) => {
    const channelId = archivedChannelId(channels, params.channel)
    const login = channels.resolve(params.channel)
    const known = channels.status(login).state === 'joined' ? liveView.of(channelId) : undefined
    const live = known === undefined ? null : { ...known, channel_login: login }
    const page = await pageOfStreams(archive, { channelId, live }, query.cursor)
    return reply(200, { channel_id: channelId, channel_login: login, live, ...page })
  },
)
