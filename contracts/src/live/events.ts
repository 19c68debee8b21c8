import type { ChannelStats } from '../records/channel-stats.ts'
import type { ChannelStatus } from '../records/channel-status.ts'
import type { RequestError } from '../rest/errors.ts'

/** Socket.IO, default namespace, path `/socket.io`. */

/** How many channels one socket may be subscribed to. */
export const maxChannelsPerSocket = 8

export type SubscribeAck =
  { ok: true; status: ChannelStatus; stats: ChannelStats | null } | { ok: false; error: RequestError }

export interface ClientToServerEvents {
  /** `channel`: a login in any case, or a numeric id. From then on its `stats` and `status` arrive. */
  subscribe: (channel: string, ack: (answer: SubscribeAck) => void) => void
  unsubscribe: (channel: string, ack: (answer: SubscribeAck) => void) => void
}

export interface ServerToClientEvents {
  stats: (stats: ChannelStats) => void
  status: (status: ChannelStatus) => void
}
