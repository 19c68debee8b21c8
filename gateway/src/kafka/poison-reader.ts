import type { Kafka } from 'kafkajs'
import { poisonKey, poisonRecord, type PoisonRecord } from '@chat-battle/contracts/poison-record'
import { poisonRecordsTopic } from '@chat-battle/contracts/topics'
import { prefixed, type KafkaSettings } from '@chat-battle/service/kafka'
import type { Logger } from '@chat-battle/service/logger'
import type { PoisonKeeper } from '@chat-battle/service/poison'
import { readValues } from '@chat-battle/service/value-reader'

const newest = 100

/**
 * Gives what reads the newest of the records that readers could not understand, oldest first. What is none itself is kept as
 * they are, the first time that it is met.
 */
export function createPoisonReader(
  kafka: Kafka,
  settings: KafkaSettings,
  logger: Logger,
  poison: PoisonKeeper,
): () => Promise<PoisonRecord[]> {
  const topic = prefixed(settings, poisonRecordsTopic.name)
  const met = new Set<string>()
  return async () => {
    const kept = new Map<string, PoisonRecord>()
    await using reader = await readValues(kafka, topic, poisonRecord, logger, {
      onValue(value, { key }) {
        kept.delete(key)
        kept.set(key, value)
        const [oldest] = kept.keys()
        if (kept.size > newest && oldest !== undefined) kept.delete(oldest)
      },
      onPoison(record, problem) {
        if (!met.has(poisonKey(record))) poison.keep(record, problem)
        met.add(poisonKey(record))
      },
    })
    await reader.caughtUp
    return [...kept.values()]
  }
}
