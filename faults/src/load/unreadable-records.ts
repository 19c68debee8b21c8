import {
  channelStatsTopic,
  channelStatusTopic,
  chatMessagesTopic,
  monitoredChannelsTopic,
  deadLettersTopic,
  type Topic,
} from '@chat-battle/contracts/records/topics'
import { prefixed } from '@chat-battle/runtime/kafka/client'
import { createProducer } from '@chat-battle/runtime/kafka/producer'
import type { Installation, Service } from '../installation/installation.ts'

/** What nobody can understand, wherever it is. */
const garbage = [
  '',
  'garbage',
  '\u0000\u0001',
  'null',
  '[]',
  '{}',
  '{"v":99}',
  JSON.stringify('x'.repeat(300_000)),
  '['.repeat(20_000),
]
/**
 * Of the future and of the past: fields that are missing, of another type, or of a kind that nobody knows yet. `readBy` has how
 * many readers of a topic each process has; they share its counter.
 */
const otherSchemas: readonly { topic: Topic; readBy: Partial<Record<Service, number>>; values: string[] }[] =
  [
    {
      topic: chatMessagesTopic,
      // The statistics, and the archive of messages.
      readBy: { processor: 2 },
      values: [
        '{"type":"hologram","channel_id":"1","channel_login":"a"}',
        '{"type":"message","channel":"a","text":"of the past"}',
      ],
    },
    {
      topic: channelStatsTopic,
      readBy: { processor: 1, gateway: 1 },
      values: ['{"channel_id":"1","window_start":"2030-01-01"}'],
    },
    {
      topic: channelStatusTopic,
      readBy: { ingest: 1, gateway: 1 },
      values: ['{"channel_login":"a","state":"asleep"}'],
    },
    { topic: monitoredChannelsTopic, readBy: { ingest: 1 }, values: ['{"ttl":"1h"}', '{"ttl_ms":-1}'] },
    // Read when an operator asks, and counted once however often.
    { topic: deadLettersTopic, readBy: { gateway: 1 }, values: ['{"topic":"a","offset":1}'] },
  ]

/** Records that are to be written as they are. */
export interface Batch {
  topic: Topic
  messages: { key: string; value: string | null; partition: number }[]
}

/** What is written to the topics that are read all the while. */
export const onTopics = otherSchemas.map(({ topic, values, readBy }) => {
  const messages = [null, ...garbage, ...values].map((value, index) => ({
    key: `poison_${index}`,
    value,
    partition: index % topic.partitions,
  }))
  return { topic, messages, readBy }
})

/** How many of a batch are poison: what has no value deletes its key, but not on a topic that is never compacted. */
export function poisonIn({ topic, messages }: Batch): number {
  const isCompacted = topic.config['cleanup.policy']?.includes('compact') === true
  return messages.filter(({ value }) => value !== null || !isCompacted).length
}

/** Writes batches, as anybody might who may write to Kafka. */
export async function write({ kafka, settings }: Installation, batches: readonly Batch[]): Promise<void> {
  const producer = createProducer(kafka)
  await producer.connect()
  for (const { topic, messages } of batches)
    await producer.send({ topic: prefixed(settings, topic.name), messages })
  await producer.disconnect()
}

/** How many records of a topic a process has counted as poison. */
export function countedBy(
  name: Service,
  installation: Installation,
  { name: topic }: Topic,
): Promise<number> {
  return installation.metric(name, 'dead_letters_total', { topic: prefixed(installation.settings, topic) })
}
