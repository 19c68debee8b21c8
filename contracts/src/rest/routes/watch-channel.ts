import { z } from '../../zod.ts'
import { channelLogin, epochMs } from '../../primitives.ts'
import { channelName } from '../parameters.ts'
import { defineRoute } from '../route.ts'

export const watchAccepted = z.object({ channel_login: channelLogin, lease_until: epochMs })

export const watchChannel = defineRoute({
  id: 'watchChannel',
  method: 'POST',
  path: '/api/channels/{channel}/watch',
  summary: 'Start the monitoring of a channel, or continue it for another minute',
  access: 'anyone',
  isRateLimited: true,
  needsView: true,
  params: z.object({ channel: channelName }),
  query: z.object({}),
  responses: { 202: { name: 'WatchAccepted', description: 'The lease', body: watchAccepted } },
  errors: ['malformed_channel'],
})
