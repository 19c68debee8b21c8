import { z } from '../zod.ts'
import type { SubscribeAck } from './down.ts'

/** Socket.IO, default namespace, path `/socket.io`: what a client sends. */

/** How many channels one socket may be subscribed to. */
export const maxChannelsPerSocket = 8
/** An Engine.IO packet of more bytes closes the connection. */
export const maxPacketBytes = 16 * 1024

/** The `auth` of a Socket.IO connection. `protocol`: see `version.ts`; a client without it gets the current version. */
export const connectAuth = z.object({ protocol: z.int().min(1).optional() })

/** The first argument of each event; an acknowledgement callback follows it. */
export const upEvents = {
  /** A login in any case, or a numeric id. The channel's `stats` and `status` follow until `unsubscribe`. */
  subscribe: z.string(),
  unsubscribe: z.string(),
} as const

export type UpEvent = keyof typeof upEvents

export type ClientToServerEvents = {
  [E in UpEvent]: (channel: z.infer<(typeof upEvents)[E]>, ack: (answer: SubscribeAck) => void) => void
}
