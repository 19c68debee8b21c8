import { chatMessagesTopic } from '@chat-battle/contracts/records/topics'
import type { ChannelEvent } from '@chat-battle/contracts/records/chat-event'
import { createKafka, kafkaSettings, prefixed } from '@chat-battle/runtime/kafka/client'
import { createProducer } from '@chat-battle/runtime/kafka/producer'
import { createLogger } from '@chat-battle/runtime/process/logger'
import { readSettings } from '@chat-battle/runtime/process/settings'
import { derivedRoomId } from '@chat-battle/twitch-stub/protocol'

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

/** Writes what was received of a channel in the past. It must not be joined yet: its time would be that of now. */
export async function publishPast(
  kafkaPort: number,
  login: string,
  events: readonly ChannelEvent[],
): Promise<void> {
  const channel = { channel_id: derivedRoomId(login), channel_login: login }
  const sorted = events.toSorted((a, b) => (a.timestamp ?? 0) - (b.timestamp ?? 0))
  const records = sorted.map((event) => ({ ...event, ...channel }))
  await publish(kafkaPort, chatMessagesTopic.name, channel.channel_id, ...records)
}
