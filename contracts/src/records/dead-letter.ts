import { z } from '../zod.ts'
import { count, epochMs } from '../primitives.ts'

/** Bytes of a record that are kept at most. */
export const maxKeptBytes = 64 * 1024

/**
 * A record that a reader could not understand and passed over, kept for inspection: a record's value on `dead-letters`,
 * keyed by `deadLetterKey`, so that however often it is met it is kept once.
 */
export const deadLetter = z.object({
  topic: z.string().max(256),
  partition: count,
  offset: z.string().regex(/^[0-9]+$/),
  /** Which service could not understand it. */
  reader: z.string().max(64),
  problem: z.string().max(2000),
  /** The record's value, cut to `maxKeptBytes`. */
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
