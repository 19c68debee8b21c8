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

export interface ValueReaderOptions {
  /**
   * For topics whose last record of a key is also the newest by its content: while it catches up, the reader skips records that
   * later ones of the same fetch replace, as if compaction had removed them. Of a spoiled record the one before it counts.
   */
  skipsReplaced?: boolean
}

type Decoded<T> = { record: TopicRecord } & ({ value: T | null } | { error: unknown })

/** Reads a topic like `readTopicInBatches` and decodes its values as JSON of a schema. */
export function readValues<T>(
  kafka: Kafka,
  topic: string,
  schema: z.ZodType<T>,
  logger: Logger,
  { onValue, onDeleted, onDeadLetter }: ValueListeners<T>,
  { skipsReplaced = false }: ValueReaderOptions = {},
): Promise<TopicReader> {
  const decode = (record: TopicRecord): Decoded<T> => {
    try {
      return {
        record,
        value: record.value === null ? null : schema.parse(JSON.parse(record.value.toString())),
      }
    } catch (error) {
      return { record, error }
    }
  }
  return readTopicInBatches(kafka, topic, logger, (records, isCatchingUp) => {
    const decoded = skipsReplaced && isCatchingUp ? decodeNewest(records, decode) : records.map(decode)
    for (const each of decoded) {
      if ('error' in each) {
        onDeadLetter(each.record, each.error)
        continue
      }
      try {
        if (each.value === null) onDeleted?.(each.record)
        else onValue(each.value, each.record)
      } catch (error) {
        onDeadLetter(each.record, error)
      }
    }
  })
}

/** Decodes the last record of each key, in their order; and those before it, as long as they cannot be decoded. */
function decodeNewest<T>(
  records: readonly TopicRecord[],
  decode: (record: TopicRecord) => Decoded<T>,
): Decoded<T>[] {
  const done = new Set<string>()
  const decoded: Decoded<T>[] = []
  for (const record of records.toReversed()) {
    if (done.has(record.key)) continue
    const each = decode(record)
    decoded.push(each)
    if (!('error' in each)) done.add(record.key)
  }
  return decoded.reverse()
}
