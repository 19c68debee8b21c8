import { fetchRecent, nothingRecent } from '../../../lib/api/recent.ts'
import { addressMessages } from '../../../lib/battle/address-messages.ts'
import { readOverlay } from '../../../lib/overlay/overlay-address.ts'
import type { PageServerLoad } from './$types.ts'

const answerWithinMs = 2000

/** The first figures. An overlay whose gateway does not answer is served all the same: it goes on by itself. */
export const load: PageServerLoad = async ({ params, url, platform, locals }) => {
  const { gatewayUrl = '', clientAddress = '' } = platform?.req ?? {}
  const options = {
    origin: gatewayUrl,
    headers: { 'x-forwarded-for': clientAddress },
    signal: AbortSignal.timeout(answerWithinMs),
  }
  const { overlay } = readOverlay(params.channels, url.searchParams, addressMessages[locals.preferred.locale])
  const { channels } = overlay
  const paintedMs = Date.now()
  const recent =
    channels.length === 0 ? nothingRecent : await fetchRecent(channels, options).catch(() => nothingRecent)
  return { recent, paintedMs }
}
