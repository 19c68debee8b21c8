import { z } from '../../zod.ts'
import { channelId, channelLogin, count, epochMs, opaqueId, shownName } from '../../primitives.ts'
import { moderation } from '../../records/chat-event.ts'
import { channelName } from '../parameters.ts'
import { defineRoute } from '../route.ts'

export const maxModerationPerPage = 50
/** After so long, a request answers with what it has. */
export const maxModerationMs = 2000

export const moderationList = z.object({
  channel_id: channelId,
  channel_login: channelLogin,
  /** Newest first. A text that was removed is in none of them. */
  actions: z
    .array(
      z.object({
        at: epochMs,
        action: moderation.shape.action,
        /** Whom it concerns; null: every message of the chat, or Twitch did not say. */
        user_id: opaqueId.nullable(),
        username: shownName.nullable(),
        /** Of a deletion. */
        message_id: opaqueId.nullable(),
        /** Of a timeout. */
        duration_s: count.nullable(),
      }),
    )
    .max(maxModerationPerPage),
  /** How far back was searched, epoch ms. */
  scanned_from: epochMs,
  /** `?cursor=` of the next page, which is older; null: everything that is kept was searched. */
  cursor: z.string().nullable(),
})

export const listModeration = defineRoute({
  id: 'listModeration',
  method: 'GET',
  path: '/operator/channels/{channel}/moderation',
  summary: `List the archived moderation of a channel, newest first. A request ends after ${maxModerationPerPage} actions or ${maxModerationMs / 1000} s`,
  access: 'operator',
  isRateLimited: true,
  needsView: true,
  params: z.object({ channel: channelName }),
  query: z.object({
    cursor: z
      .string()
      .regex(/^[0-9]{1,16}-[0-9]{1,19}$/)
      .optional()
      .describe('`cursor` of the previous page.'),
  }),
  responses: { 200: { name: 'ModerationList', description: 'A page of actions', body: moderationList } },
  errors: ['malformed_channel', 'channel_not_monitored', 'archive_unavailable'],
})

export type ModerationList = z.infer<typeof moderationList>
