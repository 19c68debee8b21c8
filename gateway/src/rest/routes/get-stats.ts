import { getStats } from '@chat-battle/contracts/rest/routes/get-stats'
import { endpoint, reply } from '../endpoint.ts'

export const getStatsEndpoint = endpoint(getStats, ({ channels }, { params, query }, { leases }) => {
  const login = channels.resolve(params.channel)
  // Also of a channel that Twitch does not have: ingest keeps trying to join it.
  if (channels.isMonitored(login)) leases.renew(login)
  return reply(200, channels.stats(login, query.window_start))
})
