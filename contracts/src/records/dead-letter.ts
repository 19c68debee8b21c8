import { z } from '../zod.ts'
import { count, epochMs } from '../primitives.ts'

/** A dead letter keeps this many bytes of the record's value. */
export const maxKeptBytes = 64 * 1024

/**
 * A record that a reader could not decode: a record's value on `dead-letters`. Its key is `deadLetterKey`, so readers that find
 * the same record again do not add a second dead letter.
 */
export const deadLetter = z.object({
  topic: z.string().max(256),
  partition: count,
  offset: z.string().regex(/^[0-9]+$/),
  /** The service that could not decode the record. */
  reader: z.string().max(64),
  problem: z.string().max(2000),
  /** The first `maxKeptBytes` of the record's value. */
  value_base64: z.string(),
  value_bytes: count,
  passed_over_at: epochMs,
})

export type DeadLetter = z.infer<typeof deadLetter>

export function deadLetterKey({
  topic,
  partition,
  offset,
}: Pick<DeadLetter, 'topic' | 'partition' | 'offset'>): string {
  return `${topic}:${partition}:${offset}`
}
