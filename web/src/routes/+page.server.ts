import type { Snapshots } from '@chat-battle/contracts/rest/routes/get-snapshots'
import type { ChannelList } from '@chat-battle/contracts/rest/routes/list-channels'
import { readAddress } from '../lib/battle/channel-url.ts'
import { onNowPath } from '../lib/api/on-now.ts'
import { snapshotsPath } from '../lib/source/polling.ts'
import type { PageServerLoad } from './$types.ts'

const answerWithinMs = 2000

/** Whether the gateway answered; `slowed`: it refused because too many requests came from the client's network. */
export type GatewayAnswer = 'answered' | 'slowed' | 'unanswered'

/**
 * The first paint: what the gateway knows of the channels in the address, or, without any, some to begin with. It runs once per
 * page: `untrack` keeps the address out of what would run it again, so that no click waits for a server.
 */
export const load: PageServerLoad = async ({ url, platform, untrack }) => {
  const gatewayUrl = platform?.req.gatewayUrl ?? ''
  const clientAddress = platform?.req.clientAddress ?? ''
  const get = async <T>(path: string): Promise<{ gateway: GatewayAnswer; body?: T }> => {
    try {
      const response = await fetch(gatewayUrl + path, {
        headers: { 'x-forwarded-for': clientAddress },
        signal: AbortSignal.timeout(answerWithinMs),
      })
      if (response.ok) return { gateway: 'answered', body: (await response.json()) as T }
      return { gateway: response.status === 429 ? 'slowed' : 'unanswered' }
    } catch {
      return { gateway: 'unanswered' }
    }
  }
  const names = untrack(() => readAddress(url.searchParams).channels)
  if (names.length === 0) {
    const { gateway, body } = await get<ChannelList>(onNowPath)
    return { gateway, onNow: body?.channels ?? [], snapshots: [] }
  }
  const { gateway, body } = await get<Snapshots>(snapshotsPath(names))
  return { gateway, onNow: [], snapshots: body?.snapshots ?? [] }
}
