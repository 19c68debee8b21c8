import { z } from '../../zod.ts'
import { channelStats } from '../../records/channel-stats.ts'
import { channelStatus } from '../../records/channel-status.ts'
import { defineRoute } from '../route.ts'

/** At most so many channels are listed. */
export const maxBusiest = 8

export const busiestChannels = z.object({
  channels: z.array(z.object({ status: channelStatus, stats: channelStats })).max(maxBusiest),
})

export const listBusiest = defineRoute({
  id: 'listBusiest',
  method: 'GET',
  path: '/api/busiest',
  summary:
    'List the joined channels with the most messages in their current window, with its statistics, most first, ties by login. Renews no lease',
  access: 'anyone',
  isRateLimited: true,
  needsView: true,
  params: z.object({}),
  query: z.object({
    limit: z
      .int()
      .min(1)
      .max(maxBusiest)
      .default(maxBusiest)
      .describe(`How many channels, 1 to ${maxBusiest}.`),
  }),
  responses: { 200: { name: 'BusiestChannels', description: 'The channels', body: busiestChannels } },
  errors: [],
})

export type BusiestChannels = z.infer<typeof busiestChannels>
