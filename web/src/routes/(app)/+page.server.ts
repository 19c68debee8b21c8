import { redirect } from '@sveltejs/kit'
import { CallFailed } from '@chat-battle/contracts/rest/call-route'
import { fetchOnNow } from '../../lib/api/on-now.ts'
import { fetchRecent, nothingRecent } from '../../lib/api/recent.ts'
import { addressMessages } from '../../lib/battle/address-messages.ts'
import { addedName, addressOf, readAddress } from '../../lib/battle/battle-address.ts'
import { firstHistories } from '../../lib/history/first-histories.ts'
import { liveBattle, rangeBattle } from '../../lib/picture/fetch-battle.ts'
import { previewOf, publicOrigin } from '../../lib/picture/link-preview.ts'
import type { PageServerLoad } from './$types.ts'

const answerWithinMs = 2000
/** The page does not wait longer for the figures of a range. */
const historyWithinMs = 1000

/** Whether the gateway answered. `slowed`: it got too many requests from the client's network. */
export type GatewayAnswer = 'answered' | 'slowed' | 'unanswered'

/**
 * The first paint: the gateway's knowledge of the channels in the address, or without any some channels to begin with.
 * `untrack` lets it run once per page, so that no click waits for a server.
 */
export const load: PageServerLoad = async ({ url, platform, locals, request, untrack }) => {
  const { gatewayUrl = '', clientAddress = '' } = platform?.req ?? {}
  const { locale } = locals.preferred
  const options = {
    origin: gatewayUrl,
    headers: { 'x-forwarded-for': clientAddress },
    signal: AbortSignal.timeout(answerWithinMs),
  }
  const { address, problems } = untrack(() => readAddress(url.searchParams, addressMessages[locale]))
  if (untrack(() => url.searchParams.has(addedName)) && problems.length === 0)
    redirect(303, addressOf(address))
  const { channels, range, scale } = address
  const paintedMs = Date.now()
  const [{ gateway, found }, histories] = await Promise.all([
    attempt(async () =>
      channels.length === 0
        ? { onNow: await fetchOnNow(options), recent: nothingRecent }
        : { onNow: [], recent: await fetchRecent(channels, options) },
    ),
    firstHistories(address, paintedMs, { ...options, signal: AbortSignal.timeout(historyWithinMs) }),
  ])
  const recent = found?.recent ?? nothingRecent
  const battle =
    range === 'live'
      ? liveBattle(recent, scale, paintedMs)
      : rangeBattle(
          histories.flatMap(({ history }) => history ?? []),
          range,
          scale,
          paintedMs,
        )
  const origin = untrack(() => publicOrigin(url, request.headers.get('x-forwarded-host')))
  return {
    gateway,
    paintedMs,
    hasRange: range !== 'live',
    histories,
    onNow: found?.onNow ?? [],
    recent,
    preview: previewOf(address, battle, origin, locale),
  }
}

async function attempt<T>(get: () => Promise<T>): Promise<{ gateway: GatewayAnswer; found?: T }> {
  try {
    return { gateway: 'answered', found: await get() }
  } catch (error) {
    return { gateway: error instanceof CallFailed && error.status === 429 ? 'slowed' : 'unanswered' }
  }
}
