import { z } from '../../zod.ts'
import { count, epochMs, opaqueId } from '../../primitives.ts'
import { defineRoute } from '../route.ts'

/** The removal of a person who opted out. */
export const optOutJob = z.object({
  /** Identifies the job and the person; it replaces the user id everywhere. */
  job: opaqueId,
  /** `running`: nothing new names the person, and what was stored before is being rewritten. `done`: nothing names them. */
  state: z.enum(['running', 'done']),
  requested_by: z.enum(['operator', 'person']),
  requested_at: epochMs,
  done_at: epochMs.nullable(),
  /** Archived rows and records of topics that were rewritten. */
  rewritten: count,
})

const userId = z
  .string()
  .regex(/^[0-9]{1,20}$/)
  .describe("Twitch's numeric id of the person.")
const login = z
  .string()
  .regex(/^@?[A-Za-z0-9_]{1,64}$/)
  .describe(
    'The login of the person. It is looked up in the archive: of a person without an archived message, send the id.',
  )

export const requestOptOut = defineRoute({
  id: 'requestOptOut',
  method: 'POST',
  path: '/operator/opt-outs',
  summary:
    'Let a person opt out: they are neither stored nor shown from now on, and removed from what was stored. May be repeated',
  access: 'operator',
  isRateLimited: true,
  needsView: false,
  params: z.object({}),
  query: z.object({}),
  body: z.union([z.strictObject({ user_id: userId }), z.strictObject({ login })]),
  responses: { 202: { name: 'OptOutJob', description: 'The job that removes the person', body: optOutJob } },
  errors: ['person_not_found', 'opt_outs_unavailable', 'archive_unavailable', 'not_ready'],
})

export type OptOutJob = z.infer<typeof optOutJob>
