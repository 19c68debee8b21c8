import { z } from '../../zod.ts'
import { channelStats } from '../../records/channel-stats.ts'
import { channelStatus } from '../../records/channel-status.ts'
import { requestError } from '../errors.ts'
import { channelNames, windowStartParameter } from '../parameters.ts'
import { defineRoute } from '../route.ts'

export const snapshots = z.object({
  /** One entry per requested name, in the order of the request. */
  snapshots: z.array(
    z.object({
      /** The name as the request has it. */
      asked: z.string(),
      /** Null: the channel is not monitored. */
      status: channelStatus.nullable(),
      stats: channelStats.nullable(),
      /** Why `stats` is null. */
      error: requestError.nullable(),
    }),
  ),
})

export const getSnapshots = defineRoute({
  id: 'getSnapshots',
  method: 'GET',
  path: '/api/snapshots',
  summary:
    'Get status and statistics of several channels. Renews the leases of monitored channels, and never starts the monitoring of one',
  access: 'anyone',
  isRateLimited: true,
  needsView: true,
  params: z.object({}),
  query: z.object({ channels: channelNames, window_start: windowStartParameter }),
  responses: {
    200: {
      name: 'Snapshots',
      description: 'One entry per name. A refusal is the `error` of its own entry',
      body: snapshots,
    },
  },
  errors: [],
})

export type Snapshots = z.infer<typeof snapshots>
export type Snapshot = Snapshots['snapshots'][number]
