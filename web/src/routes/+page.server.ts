import { redirect } from '@sveltejs/kit'
import { mayBeChannelId } from '@chat-battle/contracts/channel-name'
import type { ChannelStats } from '@chat-battle/contracts/channel-stats'
import type { ChannelStatus } from '@chat-battle/contracts/channel-status'
import type { ChannelList } from '@chat-battle/contracts/rest'
import type { Snapshot } from '../lib/battle.svelte.ts'
import { addressOf, channelsOf } from '../lib/channel-url.ts'
import type { PageServerLoad } from './$types.ts'

const answerWithinMs = 2000

/** The first paint: what the gateway knows of the channels in the address. Without a gateway the page says so. */
export const load: PageServerLoad = async ({ url, platform }) => {
  const gatewayUrl = platform?.req.gatewayUrl ?? ''
  const clientAddress = platform?.req.clientAddress ?? ''
  const get = async <T>(path: string): Promise<T | undefined> => {
    try {
      const response = await fetch(gatewayUrl + path, {
        headers: { 'x-forwarded-for': clientAddress },
        signal: AbortSignal.timeout(answerWithinMs),
      })
      return response.ok ? ((await response.json()) as T) : undefined
    } catch {
      return undefined
    }
  }
  const list = get<ChannelList>('/api/channels')
  const asked = channelsOf(url.searchParams)
  const stats = asked.map(async (login) => ({
    login,
    stats: await get<ChannelStats>(`/api/channels/${login}/stats`),
  }))
  const monitored: ChannelStatus[] = (await list)?.channels ?? []
  const snapshots: Snapshot[] = (await Promise.all(stats)).map(({ login, stats: found }) => ({
    login: found?.channel_login ?? login,
    status: monitored.find(({ channel_login }) => channel_login === (found?.channel_login ?? login)) ?? null,
    stats: found ?? null,
  }))
  // By Twitch's logins, also where ids were asked for: the address then says what is shown.
  const logins = [...new Set(snapshots.map(({ login }) => login))]
  // A login of digits would be taken for an id in its turn.
  const isPlain = logins.every((login) => asked.includes(login) || !mayBeChannelId(login))
  if (isPlain && logins.join() !== asked.join()) redirect(307, addressOf(logins))
  return { monitored, snapshots, isGatewayThere: (await list) !== undefined }
}
