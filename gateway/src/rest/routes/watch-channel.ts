import { watchChannel } from '@chat-battle/contracts/rest/routes/watch-channel'
import { endpoint, reply } from '../endpoint.ts'

export const watchChannelEndpoint = endpoint(watchChannel, async ({ channels }, { params }, { leases }) => {
  const channel_login = channels.resolve(params.channel)
  return reply(202, { channel_login, lease_until: await leases.take(channel_login) })
})
