import { channelStats, type ChannelStats } from '@chat-battle/contracts/records/channel-stats'
import { channelList } from '@chat-battle/contracts/rest/routes/list-channels'
import type { Installation } from './installation.ts'

/** A channel's current window, or the one that starts at `windowStart`, by REST; undefined if the answer is no frame. */
export async function findRestStats(
  installation: Pick<Installation, 'url'>,
  service: 'gateway' | 'web',
  login: string,
  windowStart?: number,
): Promise<ChannelStats | undefined> {
  const query = windowStart === undefined ? '' : `?window_start=${windowStart}`
  const response = await fetch(`${installation.url(service)}/api/channels/${login}/stats${query}`)
  return channelStats.safeParse(await response.json()).data
}

/** A channel's current window by REST. Throws if there is none. */
export async function restStats(
  installation: Pick<Installation, 'url'>,
  service: 'gateway' | 'web',
  login: string,
): Promise<ChannelStats> {
  const stats = await findRestStats(installation, service, login)
  if (stats === undefined) throw new Error(`REST has no statistics of ${login}`)
  return stats
}

/** Every channel that the gateway knows, with its state and gaps. */
export async function restChannels(installation: Pick<Installation, 'url'>) {
  const response = await fetch(`${installation.url('gateway')}/api/channels?limit=1000`)
  return channelList.parse(await response.json()).channels
}

/** The state of a channel as REST shows it. */
export async function restState(
  installation: Pick<Installation, 'url'>,
  login: string,
): Promise<string | undefined> {
  return (await restChannels(installation)).find(({ channel_login }) => channel_login === login)?.state
}
