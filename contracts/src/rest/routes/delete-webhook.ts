import { z } from '../../zod.ts'
import { opaqueId } from '../../primitives.ts'
import { defineRoute } from '../route.ts'
import { shownWebhook } from './create-webhook.ts'

export const deleteWebhook = defineRoute({
  id: 'deleteWebhook',
  method: 'DELETE',
  path: '/api/webhooks/{id}',
  summary: 'Delete a webhook. A message on its way may still arrive',
  access: 'operator',
  isRateLimited: true,
  needsView: true,
  params: z.object({ id: opaqueId.describe('The `id` of the webhook.') }),
  query: z.object({}),
  responses: { 200: { name: 'Webhook', description: 'The webhook as it was', body: shownWebhook } },
  errors: ['webhook_not_found'],
})
