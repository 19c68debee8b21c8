import type { Kafka } from 'kafkajs'
import type { z } from 'zod'
import type { Logger } from '../process/logger.ts'
import type { DeadLetters } from './dead-letters.ts'
import type { TopicRecord } from './record.ts'
import { readTopicInBatches, type TopicReader } from './topic-reader.ts'

export interface ValueListeners<T> {
  onValue: (value: T, record: TopicRecord) => void
  /** The record of a key was deleted. */
  onDeleted?: (record: TopicRecord) => void
  /** A record that does not match the schema. */
  onDeadLetter: DeadLetters['keep']
}

/**
 * Reads a compacted topic like `readTopicInBatches` and decodes its values as JSON of a schema. While it catches up, records that
 * newer ones of their batch replace are skipped, as if compaction had removed them: a busy topic has forty per key.
 */
export function readValues<T>(
  kafka: Kafka,
  topic: string,
  schema: z.ZodType<T>,
  logger: Logger,
  { onValue, onDeleted, onDeadLetter }: ValueListeners<T>,
): Promise<TopicReader> {
  /** `use`, or a dead letter if it throws. Returns whether the record could be used. */
  const attempt = (record: TopicRecord, use: () => void): boolean => {
    try {
      use()
      return true
    } catch (error) {
      onDeadLetter(record, error)
      return false
    }
  }
  const decode = ({ value }: TopicRecord) =>
    value === null ? null : schema.parse(JSON.parse(value.toString()))
  const apply = (record: TopicRecord, value: T | null) =>
    value === null ? onDeleted?.(record) : onValue(value, record)
  return readTopicInBatches(kafka, topic, logger, (records, isCatchingUp) => {
    if (!isCatchingUp) {
      for (const record of records) attempt(record, () => apply(record, decode(record)))
      return
    }
    const newest = new Map<string, { record: TopicRecord; value: T | null }>()
    for (const record of records.toReversed()) {
      if (newest.has(record.key)) continue
      attempt(record, () => newest.set(record.key, { record, value: decode(record) }))
    }
    for (const { record, value } of [...newest.values()].reverse())
      attempt(record, () => apply(record, value))
  })
}
