import { fetchEmotes } from '../../../../../lib/emotes/fetch-emotes.ts'
import { readScope } from '../../../../../lib/emotes/emote-table.ts'
import type { PageServerLoad } from './$types.ts'

/** Counting a week of a busy channel for the first time takes longer: then the page asks again. */
const answerWithinMs = 2500

/** The channel's emotes for the first paint. Another order or provider needs no server. */
export const load: PageServerLoad = async ({ params, url, platform }) => {
  const { gatewayUrl = '', clientAddress = '' } = platform?.req ?? {}
  const scope = readScope(url.searchParams)
  const answer = await fetchEmotes(params.login, scope, {
    origin: gatewayUrl,
    headers: { 'x-forwarded-for': clientAddress },
    signal: AbortSignal.timeout(answerWithinMs),
  })
  return { scope, answer }
}
