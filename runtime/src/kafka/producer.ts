import { Partitioners, type Kafka, type Producer, type ProducerConfig } from 'kafkajs'
import type { Logger } from '../process/logger.ts'
import { persistently } from './persistently.ts'

export type { Producer as KafkaProducer } from 'kafkajs'

/** Upper bound on the records per partition in one request, below the broker's default limit of 1 MB. */
export const maxRequestBytes = 700_000

/**
 * A producer with one request in flight. With two, the idempotent producer of kafkajs 2.2.4 loses one and doubles the other when
 * a response is lost: it takes sequence numbers back that the second request has passed (`src/producer/sendMessages.js`).
 */
export function createProducer(kafka: Kafka, config: ProducerConfig = {}): Producer {
  return kafka.producer({
    createPartitioner: Partitioners.DefaultPartitioner,
    allowAutoTopicCreation: false,
    maxInFlightRequests: 1,
    ...config,
  })
}

/** Connects a producer, also when Kafka is away for long. An idempotent one has its producer id then. */
export function connectProducer(
  kafka: Kafka,
  logger: Logger,
  config: ProducerConfig = {},
): Promise<Producer> {
  return persistently('connecting a producer', logger, async () => {
    const producer = createProducer(kafka, config)
    try {
      await producer.connect()
      return producer
    } catch (error) {
      producer.disconnect().catch(() => undefined)
      throw error
    }
  })
}

/** The partition of a topic with `partitions` partitions that `createProducer` writes a key to. */
export function partitionOfKey(key: string, partitions: number): number {
  const partitionMetadata = Array.from({ length: partitions }, (_, partitionId) => ({
    partitionErrorCode: 0,
    partitionId,
    leader: 0,
    replicas: [],
    isr: [],
  }))
  return Partitioners.DefaultPartitioner()({ topic: '', partitionMetadata, message: { key, value: '' } })
}
