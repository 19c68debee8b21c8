import type { RequestHandler } from '@sveltejs/kit'
import { addressMessages } from '../../lib/battle/address-messages.ts'
import { addressOf, readAddress } from '../../lib/battle/battle-address.ts'
import { drawPicture } from '../../lib/picture/draw-picture.ts'
import { fetchBattle } from '../../lib/picture/fetch-battle.ts'
import { contentOf, pictureLanguage } from '../../lib/picture/picture-content.ts'
import { pictureMessages } from '../../lib/picture/picture-messages.ts'
import { pictureColors } from '../../lib/picture/picture-colors.ts'
import { PictureRefused, PictureStore } from '../../lib/picture/picture-store.ts'
import tokens from '../../styles/tokens.css?raw'

const answerWithinMs = 5000
const colors = pictureColors(tokens)
const store = new PictureStore()

/** The battle of the address as a PNG: what a link to it unfolds to, and what is saved. */
export const GET: RequestHandler = async ({ url, platform, locals }) => {
  const { locale } = locals.preferred
  const text = pictureMessages[locale]
  const { address } = readAddress(url.searchParams, addressMessages[locale])
  const { gatewayUrl = '', clientAddress = '', simulatedChannels = [] } = platform?.req ?? {}
  const make = async () => {
    const battle = await fetchBattle(address, Date.now(), {
      origin: gatewayUrl,
      headers: { 'x-forwarded-for': clientAddress },
      signal: AbortSignal.timeout(answerWithinMs),
    })
    return drawPicture(contentOf(battle, pictureLanguage(locale), simulatedChannels.length > 0), colors)
  }
  try {
    const { channels, range, scale } = address
    const key = `${locale} ${addressOf({ channels, range, scale })}`
    const picture = await store.get(key, clientAddress, make)
    return new Response(new Uint8Array(picture), {
      headers: {
        'content-type': 'image/png',
        'cache-control': 'public, max-age=15',
        vary: 'accept-language, cookie',
      },
    })
  } catch (error) {
    if (!(error instanceof PictureRefused)) return refusal(503, text.away, 5)
    return error.reason === 'busy' ? refusal(503, text.busy, 5) : refusal(429, text.tooMany, 60)
  }
}

function refusal(status: number, reason: string, retryAfterS: number): Response {
  return new Response(reason, {
    status,
    headers: { 'content-type': 'text/plain; charset=utf-8', 'retry-after': String(retryAfterS) },
  })
}
