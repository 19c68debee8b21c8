import { maxNames, type OptOut } from '@chat-battle/contracts/records/opt-out'
import type { PersonHash } from './person-hash.ts'

/** A person and the names that others may mention them by; empty ones and repeated ones are ignored. */
export interface Person {
  readonly userId: string
  readonly names: readonly string[]
}

/** The key and value of the record by which a person opts out. `nowMs`: epoch ms. */
export function requestedOptOut(
  hash: PersonHash,
  { userId, names }: Person,
  requestedBy: OptOut['requested_by'],
  nowMs: number,
): [key: string, value: OptOut] {
  const distinct = [...new Set(names.map((name) => name.toLowerCase()))].filter((name) => name !== '')
  const known = distinct.slice(0, maxNames)
  return [
    hash.anonymousId(userId),
    {
      opted_out_at: nowMs,
      requested_by: requestedBy,
      secret_id: hash.secretIds[0] ?? '',
      name_hashes: known.map((name) => hash.nameHash(name)),
      pending: { user_id: userId, names: known },
      done_at: null,
      rewritten: 0,
    },
  ]
}
