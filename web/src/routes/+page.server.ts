import { CallFailed } from '@chat-battle/contracts/rest/call-route'
import { readAddress } from '../lib/battle/channel-url.ts'
import { fetchOnNow } from '../lib/api/on-now.ts'
import { fetchSnapshots } from '../lib/source/polling.ts'
import type { PageServerLoad } from './$types.ts'

const answerWithinMs = 2000

/** Whether the gateway answered; `slowed`: it refused because too many requests came from the client's network. */
export type GatewayAnswer = 'answered' | 'slowed' | 'unanswered'

/**
 * The first paint: what the gateway knows of the channels in the address, or, without any, some to begin with. It runs once per
 * page: `untrack` keeps the address out of what would run it again, so that no click waits for a server.
 */
export const load: PageServerLoad = async ({ url, platform, untrack }) => {
  const options = {
    origin: platform?.req.gatewayUrl ?? '',
    headers: { 'x-forwarded-for': platform?.req.clientAddress ?? '' },
    signal: AbortSignal.timeout(answerWithinMs),
  }
  const names = untrack(() => readAddress(url.searchParams).channels)
  try {
    if (names.length === 0) return { gateway: 'answered', onNow: await fetchOnNow(options), snapshots: [] }
    return { gateway: 'answered', onNow: [], snapshots: await fetchSnapshots(names, undefined, options) }
  } catch (error) {
    const isSlowed = error instanceof CallFailed && error.status === 429
    return { gateway: isSlowed ? 'slowed' : 'unanswered', onNow: [], snapshots: [] }
  }
}
