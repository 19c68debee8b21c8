import { z } from '../../zod.ts'
import { count } from '../../primitives.ts'
import { defineRoute } from '../route.ts'
import { optOutJob } from './request-opt-out.ts'

/** How many jobs the list holds. */
export const maxListedOptOuts = 100

export const optOutList = z.object({
  /** Running ones first, then by time, newest first. */
  jobs: z.array(optOutJob).max(maxListedOptOuts),
  /** People who opted out, and of them those whose removal runs. */
  total: count,
  running: count,
})

export const listOptOuts = defineRoute({
  id: 'listOptOuts',
  method: 'GET',
  path: '/operator/opt-outs',
  summary: `List the removals of people who opted out, running ones first, at most ${maxListedOptOuts}`,
  access: 'operator',
  isRateLimited: true,
  needsView: false,
  params: z.object({}),
  query: z.object({}),
  responses: { 200: { name: 'OptOutList', description: 'The removals', body: optOutList } },
  errors: [],
})

export type OptOutList = z.infer<typeof optOutList>
