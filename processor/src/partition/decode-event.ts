import { chatEvent, type ChatEvent } from '@chat-battle/contracts/records/chat-event'
import { z } from 'zod'

/** Decodes a record's value, or says in `problem` why it cannot be understood. */
export function decodeEvent(value: Buffer | null): { event: ChatEvent } | { problem: string } {
  if (value === null) return { problem: 'no value' }
  let json: unknown
  try {
    json = JSON.parse(value.toString())
  } catch {
    return { problem: 'not JSON' }
  }
  const read = chatEvent.safeParse(json)
  return read.success ? { event: read.data } : { problem: z.prettifyError(read.error) }
}
