import { createKafka, kafkaSettings, prefixed } from '@chat-battle/runtime/kafka/client'
import { createConflatingProducer } from '@chat-battle/runtime/kafka/conflating-producer'
import { createLogger } from '@chat-battle/runtime/process/logger'
import { readSettings } from '@chat-battle/runtime/process/settings'

/** Writes a record to a topic of the running system, in place of the service that usually does. */
export async function publish(kafkaPort: number, topic: string, key: string, value: unknown): Promise<void> {
  const settings = readSettings(kafkaSettings, { KAFKA_BROKERS: `127.0.0.1:${kafkaPort}` })
  const logger = createLogger('e2e', 'fatal')
  const options = { topic: prefixed(settings, topic), logger }
  await using producer = await createConflatingProducer(createKafka('e2e', settings, logger), options)
  await producer.send(key, JSON.stringify(value))
}
