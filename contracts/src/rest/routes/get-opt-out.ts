import { z } from '../../zod.ts'
import { opaqueId } from '../../primitives.ts'
import { defineRoute } from '../route.ts'
import { optOutJob } from './request-opt-out.ts'

export const getOptOut = defineRoute({
  id: 'getOptOut',
  method: 'GET',
  path: '/operator/opt-outs/{job}',
  summary: 'Get the state of the removal of a person who opted out',
  access: 'operator',
  isRateLimited: true,
  needsView: false,
  params: z.object({ job: opaqueId.describe('The `job` of the answer to the request.') }),
  query: z.object({}),
  responses: { 200: { name: 'OptOutJob', description: 'The job', body: optOutJob } },
  errors: ['job_not_found'],
})
