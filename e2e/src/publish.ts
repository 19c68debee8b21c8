import { createKafka, kafkaSettings, prefixed } from '@chat-battle/runtime/kafka/client'
import { createProducer } from '@chat-battle/runtime/kafka/producer'
import { createLogger } from '@chat-battle/runtime/process/logger'
import { readSettings } from '@chat-battle/runtime/process/settings'

/** Writes records to a topic of the running system, in their order, in place of the service that usually does. */
export async function publish(
  kafkaPort: number,
  topic: string,
  key: string,
  ...values: readonly unknown[]
): Promise<void> {
  const settings = readSettings(kafkaSettings, { KAFKA_BROKERS: `127.0.0.1:${kafkaPort}` })
  const producer = createProducer(createKafka('e2e', settings, createLogger('e2e', 'fatal')))
  await producer.connect()
  try {
    const messages = values.map((value) => ({ key, value: JSON.stringify(value) }))
    await producer.send({ topic: prefixed(settings, topic), messages })
  } finally {
    await producer.disconnect()
  }
}
