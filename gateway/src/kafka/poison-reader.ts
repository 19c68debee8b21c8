import type { Kafka } from 'kafkajs'
import { poisonRecord, type PoisonRecord } from '@chat-battle/contracts/poison-record'
import { poisonRecordsTopic } from '@chat-battle/contracts/topics'
import { prefixed, type KafkaSettings } from '@chat-battle/service/kafka'
import type { Logger } from '@chat-battle/service/logger'
import { readWholeTopic } from '@chat-battle/service/topic-reader'

const newest = 100

/** The newest of the records that readers could not understand, oldest first. */
export async function readPoison(
  kafka: Kafka,
  settings: KafkaSettings,
  logger: Logger,
): Promise<PoisonRecord[]> {
  const kept = new Map<string, PoisonRecord>()
  const topic = prefixed(settings, poisonRecordsTopic.name)
  await using reader = await readWholeTopic(kafka, topic, logger, ({ key, value }) => {
    const read = poisonRecord.safeParse(parseJson(value))
    if (!read.success) return
    kept.delete(key)
    kept.set(key, read.data)
    const [oldest] = kept.keys()
    if (kept.size > newest && oldest !== undefined) kept.delete(oldest)
  })
  await reader.caughtUp
  return [...kept.values()]
}

function parseJson(value: Buffer | null): unknown {
  try {
    return JSON.parse(String(value))
  } catch {
    return undefined
  }
}
