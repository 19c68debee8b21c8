import { randomUUID } from 'node:crypto'
import {
  maxWebhooks,
  webhookKey,
  webhookRecordTypes,
  type Webhook,
} from '@chat-battle/contracts/records/webhook'
import type { ShownWebhook } from '@chat-battle/contracts/rest/routes/create-webhook'
import { AddressRefused, checkPublicUrl } from '@chat-battle/runtime/http/post-public'
import type { ConflatingProducer } from '@chat-battle/runtime/kafka/conflating-producer'
import { refuseAfter, RequestRefused } from '../refusal.ts'
import type { Webhooks } from './webhooks.ts'

/** How long a request waits for Kafka. */
const answerWithinMs = 5000

export interface DeskParts {
  webhooks: Webhooks
  producer: Pick<ConflatingProducer, 'send'>
  privateHosts: readonly string[]
  /** Epoch ms. */
  now?: () => number
}

/** Takes, lists and deletes webhooks for the operator. Its methods reject with `RequestRefused`. */
export class WebhookDesk {
  readonly #parts: DeskParts

  constructor(parts: DeskParts) {
    this.#parts = parts
  }

  list(): ShownWebhook[] {
    return this.#parts.webhooks.list()
  }

  async create({
    url,
    ...rest
  }: Pick<Webhook, 'channel_login' | 'url' | 'per_minute'>): Promise<ShownWebhook> {
    const { webhooks, privateHosts, now = Date.now } = this.#parts
    if (webhooks.size >= maxWebhooks) {
      const reason = `there are ${maxWebhooks} webhooks; delete one first`
      throw new RequestRefused('too_many_webhooks', reason)
    }
    const created: Webhook = {
      type: 'webhook',
      ...rest,
      url: checked(url, privateHosts),
      created_at: now(),
      is_gone: false,
    }
    const id = randomUUID()
    await this.#write(webhookKey('webhook', id), JSON.stringify(created))
    webhooks.apply(webhookKey('webhook', id), created)
    return webhooks.shown(id, created)
  }

  async delete(id: string): Promise<ShownWebhook> {
    const { webhooks } = this.#parts
    const hook = webhooks.get(id)
    if (hook === undefined) throw new RequestRefused('webhook_not_found', `there is no webhook ${id}`)
    const shown = webhooks.shown(id, hook)
    for (const type of webhookRecordTypes) {
      await this.#write(webhookKey(type, id), null)
      webhooks.delete(webhookKey(type, id))
    }
    return shown
  }

  async #write(key: string, value: string | null): Promise<void> {
    await Promise.race([this.#parts.producer.send(key, value), refuseAfter(answerWithinMs)])
  }
}

function checked(url: string, privateHosts: readonly string[]): string {
  try {
    return checkPublicUrl(url, privateHosts).href
  } catch (error) {
    if (!(error instanceof AddressRefused)) throw error
    throw new RequestRefused('webhook_refused', error.message)
  }
}
