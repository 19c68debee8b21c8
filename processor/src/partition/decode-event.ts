import { z } from 'zod'
import { anonymise, type OptedOut } from '@chat-battle/contracts/records/anonymise'
import type { ChatEvent } from '@chat-battle/contracts/records/chat-event'
import { decodeChatEvent } from '@chat-battle/contracts/records/decode-chat-event'
import type { DeadLetters } from '@chat-battle/runtime/kafka/dead-letters'
import type { TopicRecord } from '@chat-battle/runtime/kafka/record'
import type { InputRecord } from './partition-processor.ts'

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

export interface DecodeDeps {
  deadLetters: Pick<DeadLetters, 'keep'>
  /** An input that is read again has people who opted out later. */
  optOuts: OptedOut
}

/** Decodes input records, without the people who opted out. A record that cannot be decoded is a dead letter, and stays in the result without an event. */
export function decodeRecords(
  records: readonly TopicRecord[],
  { deadLetters, optOuts }: DecodeDeps,
): InputRecord[] {
  return records.map((record) => {
    const decoded = decodeEvent(record.value)
    if ('problem' in decoded) deadLetters.keep(record, decoded.problem)
    return {
      offset: BigInt(record.offset),
      appendMs: record.appendedAtMs,
      event: 'event' in decoded ? anonymise(decoded.event, optOuts) : undefined,
    }
  })
}
