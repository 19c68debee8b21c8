import { z } from '../zod.ts'
import { channelId, channelLogin, epochMs } from '../primitives.ts'
import { liveStream } from './chat-event.ts'

/** What Twitch's API last answered for a channel: a record's value on `channel-live`, keyed by channel id. */
export const channelLive = z.object({
  channel_id: channelId,
  channel_login: channelLogin,
  /** When it answered, epoch ms of the broker's clock. */
  checked_at: epochMs,
  /** Null: offline. */
  stream: liveStream.nullable(),
})

export type ChannelLive = z.infer<typeof channelLive>
