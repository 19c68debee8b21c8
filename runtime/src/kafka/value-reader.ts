import type { Kafka } from 'kafkajs'
import type { z } from 'zod'
import type { Logger } from '../process/logger.ts'
import type { DeadLetters } from './dead-letters.ts'
import type { TopicRecord } from './record.ts'
import { readWholeTopic, type TopicReader } from './topic-reader.ts'

export interface ValueListeners<T> {
  onValue: (value: T, record: TopicRecord) => void
  /** The record of a key was deleted. */
  onDeleted?: (record: TopicRecord) => void
  /** A record that does not match the schema. */
  onDeadLetter: DeadLetters['keep']
}

/** Reads a topic like `readWholeTopic` and decodes its values as JSON of a schema. */
export function readValues<T>(
  kafka: Kafka,
  topic: string,
  schema: z.ZodType<T>,
  logger: Logger,
  { onValue, onDeleted, onDeadLetter }: ValueListeners<T>,
): Promise<TopicReader> {
  return readWholeTopic(kafka, topic, logger, (record) => {
    if (record.value === null) return onDeleted?.(record)
    try {
      onValue(schema.parse(JSON.parse(record.value.toString())), record)
    } catch (error) {
      onDeadLetter(record, error)
    }
  })
}
