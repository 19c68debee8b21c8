import { z } from '../../zod.ts'
import { channelLogin, epochMs } from '../../primitives.ts'
import { requestError } from '../errors.ts'
import { channelNames } from '../parameters.ts'
import { defineRoute } from '../route.ts'

export const leasesTaken = z.object({
  /** One entry per requested name, in the order of the request. */
  leases: z.array(
    z.object({
      /** The name as the request has it. */
      asked: z.string(),
      channel_login: channelLogin.nullable(),
      lease_until: epochMs.nullable(),
      error: requestError.nullable(),
    }),
  ),
})

export const watchChannels = defineRoute({
  id: 'watchChannels',
  method: 'POST',
  path: '/api/watch',
  summary: 'Start the monitoring of several channels, or continue it for another minute',
  access: 'anyone',
  isRateLimited: true,
  needsView: true,
  params: z.object({}),
  query: z.object({ channels: channelNames }),
  responses: {
    202: {
      name: 'LeasesTaken',
      description: 'One entry per name. A refusal is the `error` of its own entry',
      body: leasesTaken,
    },
  },
  errors: [],
})

export type LeasesTaken = z.infer<typeof leasesTaken>
export type LeaseTaken = LeasesTaken['leases'][number]
