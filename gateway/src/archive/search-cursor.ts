import { z } from 'zod'
import { epochMs } from '@chat-battle/contracts/primitives'
import { RequestRefused } from '../refusal.ts'

/** Where a search goes on: before the message with this time and id, or before the time if the id is empty. */
const position = z.tuple([epochMs, z.string().max(128)])

export interface SearchPosition {
  readonly atMs: number
  readonly messageId: string
}

export function formatCursor({ atMs, messageId }: SearchPosition): string {
  return Buffer.from(JSON.stringify([atMs, messageId] satisfies z.infer<typeof position>)).toString(
    'base64url',
  )
}

/** Throws `RequestRefused` for a text that is no cursor of a search in this range. */
export function readCursor(cursor: string, from: number, to: number): SearchPosition {
  const [atMs, messageId] = decode(cursor)
  if (atMs < from || atMs > to) throw refusal()
  return { atMs, messageId }
}

function decode(cursor: string): z.infer<typeof position> {
  try {
    return position.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()))
  } catch {
    throw refusal()
  }
}

function refusal(): RequestRefused {
  return new RequestRefused(
    'malformed_request',
    'cursor: not the `cursor` of a previous page of this range; search without it',
  )
}
