import type { Consumer } from 'kafkajs'
import type { Logger } from '../process/logger.ts'
import { persistently } from './persistently.ts'

/**
 * Connects a consumer and subscribes it to a topic from its beginning; retries for as long as Kafka is away. kafkajs 2.2.4 only
 * retries what follows `run`.
 */
export function subscribe(consumer: Consumer, topic: string, logger: Logger): Promise<void> {
  return persistently(`subscribing to ${topic}`, logger, async () => {
    await consumer.connect()
    await consumer.subscribe({ topic, fromBeginning: true })
  })
}
