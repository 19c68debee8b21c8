import { createWebhook } from '@chat-battle/contracts/rest/routes/create-webhook'
import { deleteWebhook } from '@chat-battle/contracts/rest/routes/delete-webhook'
import { listWebhooks } from '@chat-battle/contracts/rest/routes/list-webhooks'
import { endpoint, reply } from '../endpoint.ts'

export const listWebhooksEndpoint = endpoint(listWebhooks, ({ webhooks }) =>
  reply(200, { webhooks: webhooks.list() }),
)

export const createWebhookEndpoint = endpoint(createWebhook, async ({ channels, webhooks }, { body }) =>
  reply(
    200,
    await webhooks.create({
      channel_login: channels.resolve(body.channel),
      url: body.url,
      per_minute: body.per_minute,
    }),
  ),
)

export const deleteWebhookEndpoint = endpoint(deleteWebhook, async ({ webhooks }, { params }) =>
  reply(200, await webhooks.delete(params.id)),
)
