import { z } from '../zod.ts'
import { count, epochMs, opaqueId, shownName } from '../primitives.ts'

/** Ids of people who are not named: this prefix and a keyed hash. Twitch's own ids are digits. */
export const anonymousPrefix = 'anon-'

/** Names that are known of one person: the present one and former ones. */
export const maxNames = 16

export function isAnonymousId(userId: string): boolean {
  return userId.startsWith(anonymousPrefix)
}

/**
 * A person who opted out: a record's value on `opt-outs`. The key is the person's anonymous id, which replaces the user id
 * everywhere. Readers apply it to everything that they read afterwards.
 */
export const optOut = z.object({
  opted_out_at: epochMs,
  requested_by: z.enum(['operator', 'person']),
  /** Which secret made the key: a reader without this secret cannot recognize the person, and must stop. */
  secret_id: z.string().max(64),
  /** Keyed hashes of the person's names: other people's texts mention a person by name. */
  name_hashes: z.array(z.string().max(128)).max(maxNames),
  /** Who is removed from what was stored before. Null when that is done: then nothing holds the id or a name. */
  pending: z.object({ user_id: opaqueId, names: z.array(shownName).max(maxNames) }).nullable(),
  done_at: epochMs.nullable(),
  /** Archived rows and records of topics that the removal has rewritten. */
  rewritten: count,
})

export type OptOut = z.infer<typeof optOut>
