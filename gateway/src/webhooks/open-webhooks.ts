import { webhookRecord } from '@chat-battle/contracts/records/webhook'
import { webhooksTopic } from '@chat-battle/contracts/records/topics'
import { postPublic } from '@chat-battle/runtime/http/post-public'
import { prefixed, type KafkaClient } from '@chat-battle/runtime/kafka/client'
import { createConflatingProducer } from '@chat-battle/runtime/kafka/conflating-producer'
import type { DeadLetters } from '@chat-battle/runtime/kafka/dead-letters'
import { readValues } from '@chat-battle/runtime/kafka/value-reader'
import type { Logger } from '@chat-battle/runtime/process/logger'
import type { GatewayConfig } from '../config.ts'
import type { StatsView } from '../current/stats-view.ts'
import type { GatewayMetrics } from '../metrics.ts'
import { deliver } from './webhook-delivery.ts'
import { WebhookDesk } from './webhook-desk.ts'
import type { WebhookMessage } from './webhook-message.ts'
import { WebhookSender } from './webhook-sender.ts'
import { Webhooks } from './webhooks.ts'

/** Of one attempt, and of its answer. */
const bounds = { withinMs: 10_000, maxBytes: 64 * 1024 }

export interface WebhookParts {
  config: GatewayConfig
  logger: Logger
  deadLetters: DeadLetters
  metrics: Pick<GatewayMetrics, 'webhooks'>
  statsView: StatsView
}

export interface OpenedWebhooks {
  webhooks: Webhooks
  onMoment: WebhookSender['onMoment']
  onFrame: WebhookSender['onFrame']
  desk: WebhookDesk
}

/** Reads the webhooks, and starts what reports to them. */
export async function openWebhooks(
  owned: AsyncDisposableStack,
  kafka: KafkaClient,
  { config, logger, deadLetters, metrics, statsView }: WebhookParts,
): Promise<OpenedWebhooks> {
  const webhooks = new Webhooks()
  const topic = prefixed(config, webhooksTopic.name)
  const producer = owned.use(await createConflatingProducer(kafka, { topic, logger }))
  const ended = new AbortController()
  owned.defer(() => ended.abort())
  const privateHosts = config.WEBHOOK_PRIVATE_HOSTS
  const post = (url: string, message: WebhookMessage) =>
    postPublic(url, message, { ...bounds, privateHosts, signal: ended.signal })
  const sender = new WebhookSender({
    webhooks,
    windowOf: (channelId, start) => statsView.window(channelId, start),
    write: (key, record) => producer.offer(key, JSON.stringify(record)),
    deliver: (message, url) => deliver(message, { post, url, signal: ended.signal }),
    onOutcome(outcome) {
      metrics.webhooks.inc({ result: outcome.state })
      if (outcome.state !== 'sent') logger.warn({ outcome }, 'a webhook did not take a report')
    },
  })
  const reader = owned.use(
    await readValues(kafka, topic, webhookRecord, logger, {
      onValue: (record, { key }) => webhooks.apply(key, record),
      onDeleted: ({ key }) => webhooks.delete(key),
      onDeadLetter: deadLetters.keep,
    }),
  )
  await reader.caughtUp
  return {
    webhooks,
    onMoment: (login, moment) => sender.onMoment(login, moment),
    onFrame: (login, frame) => sender.onFrame(login, frame),
    desk: new WebhookDesk({ webhooks, producer, privateHosts }),
  }
}
