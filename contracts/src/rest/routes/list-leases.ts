import { z } from '../../zod.ts'
import { count, epochMs } from '../../primitives.ts'
import { channelStatus } from '../../records/channel-status.ts'
import { defineRoute } from '../route.ts'

/** How many channels the list holds. */
export const maxListedLeases = 200

export const leasedChannel = channelStatus.extend({
  /** The end of its lease, epoch ms of the broker's clock; null: no client wants it, or leases are not read yet. */
  lease_until: epochMs.nullable(),
})

export const leaseList = z.object({
  /** When the list was made, by the gateway's clock, epoch ms. */
  at: epochMs,
  /** Channels that are not joined first, then those with the newest gap, then by login. */
  channels: z.array(leasedChannel).max(maxListedLeases),
  total: count,
  /** False until this gateway has read the leases, which it begins with the first request. */
  leases_read: z.boolean(),
})

export const listLeases = defineRoute({
  id: 'listLeases',
  method: 'GET',
  path: '/operator/channels',
  summary: `List the monitored channels with their leases and gaps, those that are not joined first, at most ${maxListedLeases}`,
  access: 'operator',
  isRateLimited: true,
  needsView: true,
  params: z.object({}),
  query: z.object({}),
  responses: { 200: { name: 'LeaseList', description: 'The channels', body: leaseList } },
  errors: [],
})

export type LeaseList = z.infer<typeof leaseList>
export type LeasedChannel = z.infer<typeof leasedChannel>
