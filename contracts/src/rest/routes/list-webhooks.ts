import { z } from '../../zod.ts'
import { maxWebhooks } from '../../records/webhook.ts'
import { defineRoute } from '../route.ts'
import { shownWebhook } from './create-webhook.ts'

export const listWebhooks = defineRoute({
  id: 'listWebhooks',
  method: 'GET',
  path: '/api/webhooks',
  summary: 'List the webhooks, by channel, with what was last sent to each',
  access: 'operator',
  isRateLimited: true,
  needsView: true,
  params: z.object({}),
  query: z.object({}),
  responses: {
    200: {
      name: 'WebhookList',
      description: 'The webhooks',
      body: z.object({ webhooks: z.array(shownWebhook).max(maxWebhooks) }),
    },
  },
  errors: [],
})
