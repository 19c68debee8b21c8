import type { ChannelStatus } from '@chat-battle/contracts/records/channel-status'
import { callRoute, type CallOptions } from '@chat-battle/contracts/rest/call-route'
import { listChannels } from '@chat-battle/contracts/rest/routes/list-channels'

/** The channels that the page offers while it shows none. */
export async function fetchOnNow(options?: CallOptions): Promise<ChannelStatus[]> {
  const query = { state: ['joined', 'reconnecting'], limit: 24 } as const
  return (await callRoute(listChannels, { query: { ...query, state: [...query.state] } }, options)).channels
}
