import { z } from 'zod'
import type { ChatEvent } from '@chat-battle/contracts/records/chat-event'
import { decodeChatEvent } from '@chat-battle/contracts/records/decode-chat-event'

/** Decodes a record's value, or returns in `problem` why it is invalid. */
export function decodeEvent(value: Buffer | null): { event: ChatEvent } | { problem: string } {
  if (value === null) return { problem: 'the record has no value' }
  let json: unknown
  try {
    json = JSON.parse(value.toString())
  } catch {
    return { problem: 'the value is not JSON' }
  }
  const decoded = decodeChatEvent(json)
  return decoded.success ? { event: decoded.data } : { problem: z.prettifyError(decoded.error) }
}
