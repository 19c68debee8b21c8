import type { KafkaMessage } from 'kafkajs'

/** A record as a reader receives it. */
export interface TopicRecord {
  topic: string
  partition: number
  offset: string
  /** The broker's append time, epoch ms. */
  appendedAtMs: number
  key: string
  value: Buffer | null
}

export function toTopicRecord(topic: string, partition: number, message: KafkaMessage): TopicRecord {
  const { offset, timestamp, key, value } = message
  return { topic, partition, offset, appendedAtMs: Number(timestamp), key: String(key), value }
}
