import { z } from '../../zod.ts'
import { channelStats } from '../../records/channel-stats.ts'
import { channelName, windowStartParameter } from '../parameters.ts'
import { defineRoute } from '../route.ts'

export const getStats = defineRoute({
  id: 'getStats',
  method: 'GET',
  path: '/api/channels/{channel}/stats',
  summary:
    'Get the statistics of a window. Renews the lease of a monitored channel, and never starts the monitoring of one',
  access: 'anyone',
  isRateLimited: true,
  needsView: true,
  params: z.object({ channel: channelName }),
  query: z.object({ window_start: windowStartParameter }),
  responses: { 200: { name: 'ChannelStats', description: 'The statistics', body: channelStats } },
  errors: [
    'malformed_channel',
    'channel_not_monitored',
    'channel_not_found',
    'channel_suspended',
    'channel_banned',
    'channel_limit_reached',
    'window_not_found',
  ],
})
