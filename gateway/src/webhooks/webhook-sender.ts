import { randomUUID } from 'node:crypto'
import type { Moment } from '@chat-battle/contracts/records/moment'
import type { ChannelStats } from '@chat-battle/contracts/records/channel-stats'
import { webhookKey, type WebhookClaim, type WebhookRecord } from '@chat-battle/contracts/records/webhook'
import { seriesStepMs, windowStart } from '@chat-battle/contracts/window'
import { Recent } from '../collections/recent.ts'
import { reachedPace } from './reached-pace.ts'
import { isGone, type Delivered } from './webhook-delivery.ts'
import { momentMessage, paceMessage, type WebhookMessage } from './webhook-message.ts'
import type { Webhooks } from './webhooks.ts'

/** Something that happened longer ago is not reported any more: it would be no news. */
export const reportWithinMs = 2 * 60_000
/** Messages that wait for one receiver. */
const maxQueued = 5
const maxAwaited = 1000

interface Report {
  /** Of the moment, or of the step in which a minute reached the number of the rule, epoch ms. */
  start: number
  message: WebhookMessage
}

export interface SenderParts {
  webhooks: Webhooks
  /** The window of a channel that starts at `start`, epoch ms. */
  windowOf: (channelId: string, start: number) => ChannelStats | undefined
  /** Writes a record of the topic, and does not wait. */
  write: (key: string, record: WebhookRecord) => void
  deliver: (message: WebhookMessage, url: () => string | undefined) => Promise<Delivered>
  onOutcome: (outcome: Delivered) => void
  /** Epoch ms. */
  now?: () => number
}

/**
 * Sends reports to webhooks, each once however many instances there are: an instance sends a report whose claim is the first on the
 * topic. Where it dies after its claim, the report is not sent.
 */
export class WebhookSender {
  readonly #parts: SenderParts
  readonly #now: () => number
  readonly #by = randomUUID()
  /** Claimed and not read back yet, by webhook and start. */
  readonly #awaited = new Recent<Report>(maxAwaited)
  readonly #queues = new Map<string, { length: number; last: Promise<void> }>()

  constructor(parts: SenderParts) {
    this.#parts = parts
    this.#now = parts.now ?? Date.now
    parts.webhooks.onClaim((id, claim) => this.#onClaim(id, claim))
  }

  /** A moment of a channel began or changed. */
  onMoment(login: string, moment: Moment): void {
    for (const [id, hook] of this.#parts.webhooks.of(login)) {
      if (hook.per_minute !== null || moment.start < hook.created_at) continue
      this.#claim(id, { start: moment.start, message: momentMessage(moment) })
    }
  }

  /** The current frame of a channel changed. */
  onFrame(login: string, { channel_id: channelId, window_start, series }: ChannelStats): void {
    const { webhooks, windowOf } = this.#parts
    for (const [id, hook] of webhooks.of(login)) {
      if (hook.per_minute === null) continue
      const countAt = (at: number) => {
        const start = windowStart(at)
        const { counts } = (start === window_start ? series : windowOf(channelId, start)?.series) ?? {}
        return counts?.[(at - start) / seriesStepMs] ?? 0
      }
      const newest = window_start + series.counts.findLastIndex((count) => count > 0) * seriesStepMs
      const rule = { perMinute: hook.per_minute, reportedAt: webhooks.claimedStart(id) }
      const minute = reachedPace(countAt, newest, rule)
      if (minute === undefined || minute.at + seriesStepMs <= hook.created_at) continue
      const message = paceMessage(login, minute.messageCount)
      this.#claim(id, { start: minute.at, message })
    }
  }

  #claim(id: string, report: Report): void {
    const { webhooks, write } = this.#parts
    const { start } = report
    const key = `${id} ${start}`
    if (this.#now() - start > reportWithinMs) return
    if (start <= webhooks.claimedStart(id) || this.#awaited.has(key)) return
    this.#awaited.set(key, report)
    write(webhookKey('claim', id), { type: 'claim', start, by: this.#by })
  }

  #onClaim(id: string, { start, by }: WebhookClaim): void {
    const report = this.#awaited.get(`${id} ${start}`)
    this.#awaited.delete(`${id} ${start}`)
    if (report === undefined || by !== this.#by) return
    const queue = this.#queues.get(id) ?? { length: 0, last: Promise.resolve() }
    this.#queues.set(id, queue)
    if (queue.length >= maxQueued) {
      this.#finish(id, start, { state: 'dropped', status: null, at: this.#now() })
      return
    }
    queue.length++
    queue.last = queue.last.then(async () => {
      await this.#send(id, report)
      queue.length--
      if (queue.length === 0) this.#queues.delete(id)
    })
  }

  async #send(id: string, { start, message }: Report): Promise<void> {
    const { webhooks, deliver } = this.#parts
    const url = () => {
      const hook = webhooks.get(id)
      return hook?.is_gone === false ? hook.url : undefined
    }
    this.#finish(id, start, await deliver(message, url))
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
