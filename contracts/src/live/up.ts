import { z } from '../zod.ts'
import type { ChatAck, SubscribeAck } from './down.ts'
import { replayControl, replayRequest, type ReplayAck } from './replay.ts'

/** Socket.IO, default namespace, path `/socket.io`: what a client sends. */

/** How many channels one socket may be subscribed to. */
export const maxChannelsPerSocket = 8
/** How many channels' messages one socket may be subscribed to. */
export const maxChatsPerSocket = 4
/** How many subscriptions to messages the sockets of one address may have together. */
export const maxChatsPerAddress = 100
/** How many messages of a watched channel are kept for the next subscriber. */
export const maxKeptMessages = 200
/** An Engine.IO packet of more bytes closes the connection. */
export const maxPacketBytes = 16 * 1024

/** The `auth` of a Socket.IO connection. `protocol`: see `version.ts`; a client without it gets the current version. */
export const connectAuth = z.object({
  protocol: z.int().min(1).optional(),
  /** OPERATOR_TOKEN, for the texts of a replay. */
  operator_token: z.string().max(1024).optional(),
})

/** The first argument of each event; an acknowledgement callback follows it. */
export const upEvents = {
  /** A login in any case, or a numeric id. The channel's `stats` and `status` follow until `unsubscribe`. */
  subscribe: z.string(),
  unsubscribe: z.string(),
  /** As above. The channel's `messages`, `removed` and `status` follow until `unsubscribe_chat`. */
  subscribe_chat: z.string(),
  unsubscribe_chat: z.string(),
  replay: replayRequest,
  replay_control: replayControl,
} as const

export type UpEvent = keyof typeof upEvents

/** What acknowledges each event. */
interface Acks {
  subscribe: SubscribeAck
  unsubscribe: SubscribeAck
  subscribe_chat: ChatAck
  unsubscribe_chat: ChatAck
  replay: ReplayAck
  replay_control: ReplayAck
}

export type ClientToServerEvents = {
  [E in UpEvent]: (argument: z.input<(typeof upEvents)[E]>, ack: (answer: Acks[E]) => void) => void
}
