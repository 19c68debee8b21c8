import type { Kafka } from 'kafkajs'
import { Counter, type Registry } from 'prom-client'
import { maxKeptBytes, poisonKey, type PoisonRecord } from '@chat-battle/contracts/poison-record'
import { poisonRecordsTopic, topics } from '@chat-battle/contracts/topics'
import { prefixed, type KafkaSettings } from './kafka.ts'
import type { Logger } from './logger.ts'
import { createNewestWinsProducer } from './newest-wins-producer.ts'

/** A flood of poison must not fill the memory: beyond this many unsent, records are counted and logged only. */
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
export interface PoisonKeeper extends AsyncDisposable {
  /** Counts and logs a record that is passed over, and keeps it on `poison-records`; does not wait for that. */
  keep(record: ReadRecord, problem: unknown): void
}

export interface PoisonOptions {
  settings: KafkaSettings
  logger: Logger
  registry: Registry
  /** The name of the service. */
  reader: string
}

export function createPoisonCounter(registry: Registry): Counter<'topic'> {
  return new Counter({
    name: 'poison_records_total',
    help: 'Records that could not be understood and were passed over, by topic',
    labelNames: ['topic'],
    registers: [registry],
  })
}

export async function createPoisonKeeper(
  kafka: Kafka,
  { settings, logger, registry, reader }: PoisonOptions,
): Promise<PoisonKeeper> {
  const counter = createPoisonCounter(registry)
  // A counter that is not there before its first event has no increase with it.
  for (const { name } of topics) counter.inc({ topic: prefixed(settings, name) }, 0)
  const producer = await createNewestWinsProducer(kafka, {
    topic: prefixed(settings, poisonRecordsTopic.name),
    logger,
  })
  return {
    keep({ topic, partition, offset, value }, error) {
      const problem = (error instanceof Error ? error.message : String(error)).slice(0, problemLength)
      counter.inc({ topic })
      const text = value?.subarray(0, loggedValueLength).toString()
      logger.warn({ topic, partition, offset, problem, text }, 'poison record passed over')
      if (producer.waiting >= maxWaiting) return
      const kept: PoisonRecord = {
        topic,
        partition,
        offset,
        reader,
        problem,
        value_base64: value?.subarray(0, maxKeptBytes).toString('base64') ?? '',
        value_bytes: value?.length ?? 0,
        passed_over_at: Date.now(),
      }
      producer.offer(poisonKey(kept), JSON.stringify(kept))
    },
    [Symbol.asyncDispose]: () => producer[Symbol.asyncDispose](),
  }
}
