import type { Kafka } from 'kafkajs'
import { poisonKey, poisonRecord, type PoisonRecord } from '@chat-battle/contracts/poison-record'
import { poisonRecordsTopic } from '@chat-battle/contracts/topics'
import { prefixed, type KafkaSettings } from '@chat-battle/service/kafka'
import type { Logger } from '@chat-battle/service/logger'
import type { PoisonKeeper } from '@chat-battle/service/poison'
import { readValues } from '@chat-battle/service/value-reader'
import { giveUp } from '../give-up.ts'

const newest = 100
/** How long a request waits for Kafka. */
const answerWithinMs = 5000
/** How long a reading may last once Kafka answers: records that went away meanwhile are waited for in vain. */
const readWithinMs = 60_000

export interface PoisonReaderOptions {
  keep: PoisonKeeper['keep']
  withinMs?: number
}

/**
 * Gives what reads the newest of the records that readers could not understand, oldest first. What is none itself is kept as
 * they are, the first time that it is met. Requests share one reading at a time, which goes on while Kafka is away; theirs
 * are refused as `not_ready` meanwhile.
 */
export function createPoisonReader(
  kafka: Kafka,
  settings: KafkaSettings,
  logger: Logger,
  { keep, withinMs = answerWithinMs }: PoisonReaderOptions,
): () => Promise<PoisonRecord[]> {
  const topic = prefixed(settings, poisonRecordsTopic.name)
  const met = new Set<string>()
  let reading: Promise<PoisonRecord[]> | undefined

  const readAll = async () => {
    const kept = new Map<string, PoisonRecord>()
    await using reader = await readValues(kafka, topic, poisonRecord, logger, {
      onValue(value, { key }) {
        kept.delete(key)
        kept.set(key, value)
        const [oldest] = kept.keys()
        if (kept.size > newest && oldest !== undefined) kept.delete(oldest)
      },
      onPoison(record, problem) {
        if (!met.has(poisonKey(record))) keep(record, problem)
        met.add(poisonKey(record))
      },
    })
    await Promise.race([reader.caughtUp, giveUp(readWithinMs)])
    return [...kept.values()]
  }
  return () => {
    reading ??= readAll().finally(() => (reading = undefined))
    return Promise.race([reading, giveUp(withinMs)])
  }
}
