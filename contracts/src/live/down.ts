import { z } from '../zod.ts'
import { channelStats } from '../records/channel-stats.ts'
import { channelStatus } from '../records/channel-status.ts'
import { moment } from '../records/moment.ts'
import { requestError } from '../rest/errors.ts'

/** What the gateway sends to a socket: events, acknowledgements, and the reason for a refused connection. */

/** The only argument of each event. */
export const downEvents = {
  stats: channelStats,
  status: channelStatus,
  /** Of a subscribed channel: once it starts, then whenever it changes. `start` identifies it within its channel. */
  moment,
} as const

/** The acknowledgement of `subscribe` and `unsubscribe`. `stats` is null before the channel's first window. */
export const subscribeAck = z.discriminatedUnion('ok', [
  z.object({ ok: z.literal(true), status: channelStatus, stats: channelStats.nullable() }),
  z.object({ ok: z.literal(false), error: requestError }),
])

/** `data` of the error that Socket.IO emits as `connect_error`. */
export const connectRefusal = requestError

export type DownEvent = keyof typeof downEvents
export type SubscribeAck = z.infer<typeof subscribeAck>

export type ServerToClientEvents = {
  [E in DownEvent]: (payload: z.infer<(typeof downEvents)[E]>) => void
}
