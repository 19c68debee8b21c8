import {
  webhookIdOf,
  webhookKey,
  webhookRecordTypes,
  type Webhook,
  type WebhookClaim,
  type WebhookOutcome,
  type WebhookRecord,
} from '@chat-battle/contracts/records/webhook'
import type { ShownWebhook } from '@chat-battle/contracts/rest/routes/create-webhook'

/** The webhooks of the installation and what was taken over for each, as their topic has it. */
export class Webhooks {
  readonly #byId = new Map<string, Webhook>()
  readonly #claims = new Map<string, WebhookClaim>()
  readonly #outcomes = new Map<string, WebhookOutcome>()
  #onClaim: (id: string, claim: WebhookClaim) => void = () => undefined

  /** `listener` receives each claim that counts, when it is first read. */
  onClaim(listener: (id: string, claim: WebhookClaim) => void): void {
    this.#onClaim = listener
  }

  get size(): number {
    return this.#byId.size
  }

  get(id: string): Webhook | undefined {
    return this.#byId.get(id)
  }

  /** What the newest report that was taken over for a webhook is of, epoch ms; 0: none. */
  claimedStart(id: string): number {
    return this.#claims.get(id)?.start ?? 0
  }

  /** The webhooks of a channel. */
  *of(login: string): Iterable<[id: string, hook: Webhook]> {
    for (const [id, hook] of this.#byId) if (hook.channel_login === login && !hook.is_gone) yield [id, hook]
  }

  /** Channels that webhooks report on. */
  logins(): string[] {
    const logins = [...this.#byId.values()].filter(({ is_gone }) => !is_gone)
    return [...new Set(logins.map(({ channel_login }) => channel_login))]
  }

  /** By channel. */
  list(): ShownWebhook[] {
    const shown = [...this.#byId].map(([id, hook]) => this.shown(id, hook))
    return shown.sort((a, b) => (a.channel_login < b.channel_login ? -1 : 1))
  }

  shown(id: string, { url, type: _, ...rest }: Webhook): ShownWebhook {
    const outcome = this.#outcomes.get(id)
    const last = outcome === undefined ? null : lastOf(outcome)
    return { id, ...rest, url_hint: hintOf(url), last }
  }

  /** Takes over a record of the topic. */
  apply(recordKey: string, record: WebhookRecord): void {
    const id = webhookIdOf(recordKey)
    if (record.type === 'webhook') return void this.#byId.set(id, record)
    if (record.type === 'outcome') return void this.#outcomes.set(id, record)
    // The first of several claims for one start counts.
    if (record.start <= this.claimedStart(id)) return
    this.#claims.set(id, record)
    this.#onClaim(id, record)
  }

  delete(recordKey: string): void {
    const id = webhookIdOf(recordKey)
    const ofType = { webhook: this.#byId, claim: this.#claims, outcome: this.#outcomes }
    for (const type of webhookRecordTypes) if (recordKey === webhookKey(type, id)) ofType[type].delete(id)
  }
}

function lastOf({ start, state, status, at }: WebhookOutcome): ShownWebhook['last'] {
  return { start, state, status, at }
}

function hintOf(url: string): string {
  return `${URL.parse(url)?.host ?? ''} …${url.slice(-4)}`
}
