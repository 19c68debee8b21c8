import type { Registry } from 'prom-client'
import { monitoredChannelsTopic } from '@chat-battle/contracts/records/topics'
import { prefixed, type KafkaClient, type KafkaSettings } from '@chat-battle/runtime/kafka/client'
import { createConflatingProducer } from '@chat-battle/runtime/kafka/conflating-producer'
import { createDeadLetters, type DeadLetters } from '@chat-battle/runtime/kafka/dead-letters'
import type { Logger } from '@chat-battle/runtime/process/logger'
import { ClosedTogether } from '@chat-battle/runtime/process/owned'
import type { GatewayMetrics } from '../metrics.ts'
import { LeaseWriter } from './lease-writer.ts'

export interface WriterOptions {
  settings: KafkaSettings
  logger: Logger
  registry: Registry
  metrics: Pick<GatewayMetrics, 'leases'>
  /** How often the leases of subscribed channels are renewed. */
  renewMs: number
}

export interface Writers {
  leases: LeaseWriter
  deadLetters: DeadLetters
}

/** Starts what the gateway writes to Kafka. */
export async function startWriters(
  owned: AsyncDisposableStack,
  kafka: KafkaClient,
  { settings, logger, registry, metrics, renewMs }: WriterOptions,
): Promise<Writers> {
  const together = owned.use(new ClosedTogether())
  const topic = prefixed(settings, monitoredChannelsTopic.name)
  const producer = together.use(await createConflatingProducer(kafka, { topic, logger }))
  const deadLetters = together.use(
    await createDeadLetters(kafka, { settings, logger, registry, reader: 'gateway' }),
  )
  return { leases: new LeaseWriter(producer, () => metrics.leases.inc(), renewMs), deadLetters }
}
