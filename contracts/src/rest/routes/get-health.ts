import { z } from '../../zod.ts'
import { count } from '../../primitives.ts'
import { defineRoute } from '../route.ts'

export const health = z.object({
  status: z.enum(['ok', 'starting', 'degraded', 'stopping']),
  kafka: z.object({ connected: z.boolean(), lag: count }),
  cache: z.object({
    channels: count,
    windows: count,
    /** Time since the newest frame arrived; null before the first frame. */
    age_ms: count.nullable(),
  }),
  /** How far Twitch's clock is ahead of this installation's clock; null below the reporting threshold. Figures stay right. */
  clock_skew_ms: z.int().nullable(),
})

export const getHealth = defineRoute({
  id: 'getHealth',
  method: 'GET',
  path: '/api/health',
  summary: 'Report whether this gateway can serve requests',
  access: 'anyone',
  isRateLimited: false,
  needsView: false,
  params: z.object({}),
  query: z.object({}),
  responses: {
    200: { name: 'Health', description: '`ok`: it can', body: health },
    503: { name: 'Health', description: '`starting`, `degraded` or `stopping`', body: health },
  },
  errors: [],
})

export type Health = z.infer<typeof health>
