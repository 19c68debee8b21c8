import type { ChatEvent, ChatMessage } from '@chat-battle/contracts/records/chat-event'
import { requestedOptOut } from '@chat-battle/runtime/process/opt-out-request'
import { optOutsTopic } from '@chat-battle/contracts/records/topics'
import { prefixed, type KafkaClient } from '@chat-battle/runtime/kafka/client'
import { createConflatingProducer } from '@chat-battle/runtime/kafka/conflating-producer'
import type { DeadLetters } from '@chat-battle/runtime/kafka/dead-letters'
import { followOptOuts } from '@chat-battle/runtime/kafka/opt-outs'
import type { Logger } from '@chat-battle/runtime/process/logger'
import { personHashOf } from '@chat-battle/runtime/process/person-hash'
import type { IngestConfig } from '../config.ts'
import type { EventRole } from '../kafka/event-buffer.ts'
import type { EventProducer } from '../kafka/event-producer.ts'
import type { IngestMetrics } from '../metrics.ts'
import { PrivacyFilter } from './privacy-filter.ts'

export interface SenderParts {
  config: IngestConfig
  logger: Logger
  deadLetters: DeadLetters
  producer: Pick<EventProducer, 'send'>
  metrics: Pick<IngestMetrics, 'events' | 'optOutRequests'>
}

/** Opens what events are sent by. Resolves when it is known who opted out: before, no event may be written. */
export async function openSender(
  owned: AsyncDisposableStack,
  kafka: KafkaClient,
  { config, logger, deadLetters, producer, metrics }: SenderParts,
): Promise<(event: ChatEvent) => void> {
  const hash = personHashOf(config)
  const { optOuts } = owned.use(await followOptOuts(kafka, { settings: config, logger, deadLetters, hash }))
  const topic = prefixed(config, optOutsTopic.name)
  const requests = owned.use(await createConflatingProducer(kafka, { topic, logger }))
  const onRequest = ({ user_id, username, display_name }: ChatMessage) => {
    if (hash === undefined) return
    const person = { userId: user_id, names: [username, display_name] }
    const [key, value] = requestedOptOut(hash, person, 'person', Date.now())
    // At once: their next message may come before the record is read back.
    optOuts.set(key, value)
    requests.offer(key, JSON.stringify(value))
    metrics.optOutRequests.inc()
    logger.info({ person: key }, 'a person opted out by the command')
  }
  const filter = new PrivacyFilter({ optOuts, command: config.OPT_OUT_COMMAND, onRequest })
  return (received) => {
    const event = filter.apply(received)
    if (event === undefined) return
    metrics.events.inc({ type: event.type })
    producer.send(event.channel_id, JSON.stringify(event), event.channel_login, roleOf(event))
  }
}

function roleOf({ type }: ChatEvent): EventRole {
  if (type === 'tick') return 'tick'
  return type === 'live' ? 'aside' : 'chat'
}
