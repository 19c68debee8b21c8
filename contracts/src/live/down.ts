import { z } from '../zod.ts'
import { channelId, count, opaqueId } from '../primitives.ts'
import { channelLive } from '../records/channel-live.ts'
import { channelStats } from '../records/channel-stats.ts'
import { channelStatus } from '../records/channel-status.ts'
import { moment } from '../records/moment.ts'
import { shownMessage } from '../records/shown-message.ts'
import { requestError } from '../rest/errors.ts'
import { replayState } from './replay.ts'

/** What the gateway sends to a socket: events, acknowledgements, and the reason for a refused connection. */

/** Messages of a channel, oldest first. The first event after `subscribe_chat` has the kept ones, at most `maxKeptMessages`. */
export const chatMessages = z.object({
  channel_id: channelId,
  messages: z.array(shownMessage),
  /** How many messages before these the socket misses, because it was slower than the chat. */
  skipped: count,
})

/** Removes messages that were sent before this event. */
export const removedMessages = z.object({
  channel_id: channelId,
  /** Deleted messages. */
  message_ids: z.array(opaqueId),
  /** People whose messages are all removed: banned, timed out, or opted out. */
  user_ids: z.array(opaqueId),
  /** Every message of the channel is removed. */
  all: z.boolean(),
})

/** The only argument of each event. */
export const downEvents = {
  stats: channelStats,
  status: channelStatus,
  /** Of a subscribed channel, once per minute: what Twitch's API answered. */
  live: channelLive,
  /** Of a subscribed channel: once it starts, then whenever it changes. `start` identifies it within its channel. */
  moment,
  messages: chatMessages,
  removed: removedMessages,
  replay_state: replayState,
} as const

/**
 * The acknowledgement of `subscribe` and `unsubscribe`. `stats` is null before the channel's first window. `live` is what Twitch's API
 * answered last; null: nothing is known, or the channel is not joined.
 */
export const subscribeAck = z.discriminatedUnion('ok', [
  z.object({
    ok: z.literal(true),
    status: channelStatus,
    stats: channelStats.nullable(),
    live: channelLive.nullable().default(null),
  }),
  z.object({ ok: z.literal(false), error: requestError }),
])

/** The acknowledgement of `subscribe_chat` and `unsubscribe_chat`. `status.channel_id` is null until the channel is joined. */
export const chatAck = z.discriminatedUnion('ok', [
  z.object({ ok: z.literal(true), status: channelStatus }),
  z.object({ ok: z.literal(false), error: requestError }),
])

/** `data` of the error that Socket.IO emits as `connect_error`. */
export const connectRefusal = requestError

export type DownEvent = keyof typeof downEvents
export type SubscribeAck = z.infer<typeof subscribeAck>
export type ChatAck = z.infer<typeof chatAck>
export type ChatMessages = z.infer<typeof chatMessages>
export type RemovedMessages = z.infer<typeof removedMessages>

export type ServerToClientEvents = {
  [E in DownEvent]: (payload: z.infer<(typeof downEvents)[E]>) => void
}
