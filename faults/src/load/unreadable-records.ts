import {
  channelStatsTopic,
  channelStatusTopic,
  chatMessagesTopic,
  deadLettersTopic,
  monitoredChannelsTopic,
  type Topic,
} from '@chat-battle/contracts/records/topics'
import { prefixed } from '@chat-battle/runtime/kafka/client'
import { createProducer } from '@chat-battle/runtime/kafka/producer'
import type { Installation } from '../installation/installation.ts'
import type { Service } from '../installation/service-processes.ts'

/** Values that no reader of any topic can decode. */
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

interface OtherSchemas {
  topic: Topic
  /** How many readers of the topic each process has. The readers of a process share its counter. */
  readBy: Partial<Record<Service, number>>
  values: string[]
}

/** Values of past and future schemas: fields that are missing, of another type, or of an unknown kind. */
const otherSchemas: readonly OtherSchemas[] = [
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
  // Read at each request of an operator, but counted once.
  { topic: deadLettersTopic, readBy: { gateway: 1 }, values: ['{"topic":"a","offset":1}'] },
]

/** Records for one topic, which are written as they are. */
export interface Batch {
  topic: Topic
  messages: { key: string; value: Buffer | string | null; partition: number }[]
}

/** One batch per topic that is read all the time. */
export const unreadableBatches = otherSchemas.map(({ topic, values, readBy }) => {
  const messages = [null, ...garbage, ...values].map((value, index) => ({
    key: `unreadable_${index}`,
    value,
    partition: index % topic.partitions,
  }))
  return { topic, messages, readBy }
})

/** How many records of a batch are dead letters: on a compacted topic a record without a value is a tombstone. */
export function deadLettersIn({ topic, messages }: Batch): number {
  const isCompacted = topic.config['cleanup.policy']?.includes('compact') === true
  return messages.filter(({ value }) => value !== null || !isCompacted).length
}

export async function writeBatches(
  { kafka, settings }: Installation,
  batches: readonly Batch[],
): Promise<void> {
  const producer = createProducer(kafka)
  await producer.connect()
  for (const { topic, messages } of batches)
    await producer.send({ topic: prefixed(settings, topic.name), messages })
  await producer.disconnect()
}

/** How many records of a topic a process counted as dead letters. */
export function deadLettersCounted(
  name: Service,
  installation: Installation,
  { name: topic }: Topic,
): Promise<number> {
  return installation.metric(name, 'dead_letters_total', { topic: prefixed(installation.settings, topic) })
}
