import { randomUUID } from 'node:crypto'
import type { Moment } from '@chat-battle/contracts/records/moment'
import { webhookKey, type WebhookClaim, type WebhookRecord } from '@chat-battle/contracts/records/webhook'
import { isGone, type Delivered } from './webhook-delivery.ts'
import { webhookMessage, type WebhookMessage } from './webhook-message.ts'
import type { Webhooks } from './webhooks.ts'

/** A moment that began longer ago is not reported any more: it would be no news. */
export const reportWithinMs = 2 * 60_000
/** Messages that wait for one receiver. */
const maxQueued = 5
const maxAwaited = 1000

export interface SenderParts {
  webhooks: Webhooks
  /** Writes a record of the topic, and does not wait. */
  write: (key: string, record: WebhookRecord) => void
  deliver: (message: WebhookMessage, url: () => string | undefined) => Promise<Delivered>
  onOutcome: (outcome: Delivered) => void
  /** Epoch ms. */
  now?: () => number
}

/**
 * Sends moments to webhooks, once per webhook and moment however many instances there are: an instance sends what it has claimed on
 * the topic first. One that dies after its claim sends it not at all.
 */
export class WebhookSender {
  readonly #parts: SenderParts
  readonly #now: () => number
  readonly #by = randomUUID()
  /** Claimed and not read back yet, by webhook and start. */
  readonly #awaited = new Map<string, Moment>()
  readonly #queues = new Map<string, { length: number; last: Promise<void> }>()

  constructor(parts: SenderParts) {
    this.#parts = parts
    this.#now = parts.now ?? Date.now
    parts.webhooks.onClaim((id, claim) => this.#onClaim(id, claim))
  }

  /** A moment of a channel began or changed. */
  onMoment(login: string, moment: Moment): void {
    const { webhooks, write } = this.#parts
    const { start } = moment
    if (this.#now() - start > reportWithinMs) return
    for (const id of webhooks.of(login)) {
      const key = `${id} ${start}`
      const hook = webhooks.get(id)
      if (
        hook === undefined ||
        start < hook.created_at ||
        start <= webhooks.claimedStart(id) ||
        this.#awaited.has(key)
      )
        continue
      this.#awaited.set(key, moment)
      const [oldest] = this.#awaited.keys()
      if (this.#awaited.size > maxAwaited && oldest !== undefined) this.#awaited.delete(oldest)
      write(webhookKey('claim', id), { type: 'claim', start, by: this.#by })
    }
  }

  #onClaim(id: string, { start, by }: WebhookClaim): void {
    const moment = this.#awaited.get(`${id} ${start}`)
    this.#awaited.delete(`${id} ${start}`)
    if (moment === undefined || by !== this.#by) return
    const queue = this.#queues.get(id) ?? { length: 0, last: Promise.resolve() }
    this.#queues.set(id, queue)
    if (queue.length >= maxQueued) {
      this.#finish(id, start, { state: 'dropped', status: null, at: this.#now() })
      return
    }
    queue.length++
    queue.last = queue.last.then(async () => {
      await this.#send(id, moment)
      queue.length--
      if (queue.length === 0) this.#queues.delete(id)
    })
  }

  async #send(id: string, moment: Moment): Promise<void> {
    const { webhooks, deliver } = this.#parts
    const url = () => {
      const hook = webhooks.get(id)
      return hook?.is_gone === false ? hook.url : undefined
    }
    this.#finish(id, moment.start, await deliver(webhookMessage(moment), url))
  }

  #finish(id: string, start: number, outcome: Delivered): void {
    const { webhooks, write, onOutcome } = this.#parts
    onOutcome(outcome)
    const hook = webhooks.get(id)
    if (hook === undefined) return
    write(webhookKey('outcome', id), { type: 'outcome', start, ...outcome })
    if (isGone(outcome)) write(webhookKey('webhook', id), { ...hook, is_gone: true })
  }
}
