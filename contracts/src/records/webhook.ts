import { z } from '../zod.ts'
import { channelLogin, count, epochMs, opaqueId } from '../primitives.ts'

/** Webhooks of an installation. */
export const maxWebhooks = 50
export const maxWebhookUrlLength = 500
/** Of a rule that compares messages per minute. */
export const maxRulePerMinute = 100_000
/** A webhook with a rule reports at most once per so long, in channel time. */
export const paceReportEveryMs = 5 * 60_000

/** A receiver of reports of a channel. The URL is a secret: who has it can post there. */
export const webhook = z.object({
  type: z.literal('webhook'),
  channel_login: channelLogin,
  url: z.string().max(maxWebhookUrlLength),
  created_at: epochMs,
  /** The receiver answered that it does not exist any more: nothing is sent to it. */
  is_gone: z.boolean(),
  /** Null: each moment is reported. Otherwise a minute that reaches so many messages is. */
  per_minute: z.int().min(1).max(maxRulePerMinute).nullable().default(null),
})

/**
 * An instance takes over the report of what happened at `start`: the start of a moment, or of the step of five seconds in which the
 * messages of a minute reached the number of the rule. Of several claims of a webhook for one start the first record counts, so one
 * instance sends it.
 */
export const webhookClaim = z.object({ type: z.literal('claim'), start: epochMs, by: opaqueId })

/**
 * What became of the report of `start`. `refused`: the receiver does not take it. `failed`: no attempt had an answer that
 * takes it. `dropped`: too many waited, or the webhook was deleted.
 */
export const webhookOutcome = z.object({
  type: z.literal('outcome'),
  start: epochMs,
  state: z.enum(['sent', 'refused', 'failed', 'dropped']),
  /** HTTP status of the last answer; null: there was none. */
  status: count.nullable(),
  at: epochMs,
})

/** A record's value on `webhooks`. */
export const webhookRecord = z.discriminatedUnion('type', [webhook, webhookClaim, webhookOutcome])

export type Webhook = z.infer<typeof webhook>
export type WebhookClaim = z.infer<typeof webhookClaim>
export type WebhookOutcome = z.infer<typeof webhookOutcome>
export type WebhookRecord = z.infer<typeof webhookRecord>

export const webhookRecordTypes = ['webhook', 'claim', 'outcome'] as const

/** Record keys on `webhooks`, by the webhook's id. */
export function webhookKey(type: WebhookRecord['type'], id: string): string {
  return `${type}:${id}`
}

/** The webhook that a record belongs to. */
export function webhookIdOf(recordKey: string): string {
  return recordKey.slice(recordKey.indexOf(':') + 1)
}
