import { channelStats, type ChannelStats } from '@chat-battle/contracts/records/channel-stats'
import type { Installation } from './installation.ts'

/** What REST has of a channel's current window, by the gateway or through the page's server. Throws where it has none. */
export async function restStats(
  installation: Pick<Installation, 'url'>,
  service: 'gateway' | 'web',
  login: string,
): Promise<ChannelStats> {
  const response = await fetch(`${installation.url(service)}/api/channels/${login}/stats`)
  return channelStats.parse(await response.json())
}
