import { z } from '../../zod.ts'
import { channelLogin, epochMs, opaqueId } from '../../primitives.ts'
import { maxRulePerMinute, maxWebhooks, maxWebhookUrlLength, webhookOutcome } from '../../records/webhook.ts'
import { channelName } from '../parameters.ts'
import { defineRoute } from '../route.ts'

const perMinute = z.int().min(1).max(maxRulePerMinute).nullable()

/** A webhook without its secret. */
export const shownWebhook = z.object({
  id: opaqueId,
  channel_login: channelLogin,
  /** Host of the URL, and its last four characters. */
  url_hint: z.string(),
  created_at: epochMs,
  /** The receiver answered 404 or 410: nothing is sent to it any more. */
  is_gone: z.boolean(),
  /** Null: each moment is reported. Otherwise a minute that reaches so many messages is. */
  per_minute: perMinute,
  /** What became of the newest report; null: none yet. */
  last: webhookOutcome.omit({ type: true }).nullable(),
})

export const createWebhook = defineRoute({
  id: 'createWebhook',
  method: 'POST',
  path: '/api/webhooks',
  summary: `Report the moments of a channel, or its busy minutes, to a webhook in Discord's form, at most ${maxWebhooks} webhooks. The channel stays monitored`,
  access: 'operator',
  isRateLimited: true,
  needsView: true,
  params: z.object({}),
  query: z.object({}),
  body: z.strictObject({
    channel: channelName,
    url: z.string().max(maxWebhookUrlLength).describe('https, without a user name and password.'),
    per_minute: perMinute
      .default(null)
      .describe('Null: each moment is reported. Otherwise a minute that reaches so many messages is.'),
  }),
  responses: { 200: { name: 'Webhook', description: 'The webhook', body: shownWebhook } },
  errors: ['malformed_channel', 'webhook_refused', 'too_many_webhooks'],
})

export type ShownWebhook = z.infer<typeof shownWebhook>
