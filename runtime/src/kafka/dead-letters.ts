import type { Kafka } from 'kafkajs'
import { Counter, type Registry } from 'prom-client'
import { maxKeptBytes, deadLetterKey, type DeadLetter } from '@chat-battle/contracts/records/dead-letter'
import { deadLettersTopic, topics } from '@chat-battle/contracts/records/topics'
import { prefixed, type KafkaSettings } from './client.ts'
import type { Logger } from '../process/logger.ts'
import { createConflatingProducer } from './conflating-producer.ts'

/** A flood of deadLetters must not fill the memory: beyond this many unsent, records are counted and logged only. */
const maxWaiting = 500
const loggedValueLength = 500
const problemLength = 2000

export interface ReadRecord {
  topic: string
  partition: number
  offset: string
  value: Buffer | null
}

/** Where a service puts the records that it cannot understand. */
export interface DeadLetters extends AsyncDisposable {
  /** Counts and logs a record that is passed over, and keeps it on `dead-letters`; does not wait for that. */
  keep(record: ReadRecord, problem: unknown): void
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
    help: 'Records that could not be understood and were passed over, by topic',
    labelNames: ['topic'],
    registers: [registry],
  })
}

export async function createDeadLetters(
  kafka: Kafka,
  { settings, logger, registry, reader }: DeadLetterOptions,
): Promise<DeadLetters> {
  const counter = createDeadLetterCounter(registry)
  // A counter that is not there before its first event has no increase with it.
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
      logger.warn({ topic, partition, offset, problem, text }, 'dead letter passed over')
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
