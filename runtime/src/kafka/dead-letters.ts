import type { Kafka } from 'kafkajs'
import { Counter, type Registry } from 'prom-client'
import { maxKeptBytes, deadLetterKey, type DeadLetter } from '@chat-battle/contracts/records/dead-letter'
import { deadLettersTopic, topics } from '@chat-battle/contracts/records/topics'
import { prefixed, type KafkaSettings } from './client.ts'
import type { Logger } from '../process/logger.ts'
import { createConflatingProducer } from './conflating-producer.ts'
import type { TopicRecord } from './record.ts'

/** Bounds memory: beyond this many unsent dead letters, further ones are only counted and logged. */
const maxWaiting = 500
const loggedValueLength = 500
const problemLength = 2000

/** The part of a record that a dead letter keeps. */
export type DeadRecord = Pick<TopicRecord, 'topic' | 'partition' | 'offset' | 'value'>

/** Receives the records that a service cannot decode. */
export interface DeadLetters extends AsyncDisposable {
  /** Counts and logs a record, and writes it to `dead-letters` without waiting. */
  keep(record: DeadRecord, problem: unknown): void
}

export interface DeadLetterOptions {
  settings: KafkaSettings
  logger: Logger
  registry: Registry
  /** The name of the service. */
  reader: string
}

export function createDeadLetterCounter(registry: Registry): Counter<'topic'> {
  return new Counter({
    name: 'dead_letters_total',
    help: 'Records that could not be decoded and were skipped, by topic',
    labelNames: ['topic'],
    registers: [registry],
  })
}

export async function createDeadLetters(
  kafka: Kafka,
  { settings, logger, registry, reader }: DeadLetterOptions,
): Promise<DeadLetters> {
  const counter = createDeadLetterCounter(registry)
  // Starts at 0; otherwise Prometheus `increase()` misses the first event.
  for (const { name } of topics) counter.inc({ topic: prefixed(settings, name) }, 0)
  const producer = await createConflatingProducer(kafka, {
    topic: prefixed(settings, deadLettersTopic.name),
    logger,
  })
  return {
    keep({ topic, partition, offset, value }, error) {
      const problem = (error instanceof Error ? error.message : String(error)).slice(0, problemLength)
      counter.inc({ topic })
      const text = value?.subarray(0, loggedValueLength).toString()
      logger.warn({ topic, partition, offset, problem, text }, 'dead letter skipped')
      if (producer.waiting >= maxWaiting) return
      const kept: DeadLetter = {
        topic,
        partition,
        offset,
        reader,
        problem,
        value_base64: value?.subarray(0, maxKeptBytes).toString('base64') ?? '',
        value_bytes: value?.length ?? 0,
        passed_over_at: Date.now(),
      }
      producer.offer(deadLetterKey(kept), JSON.stringify(kept))
    },
    [Symbol.asyncDispose]: () => producer[Symbol.asyncDispose](),
  }
}
