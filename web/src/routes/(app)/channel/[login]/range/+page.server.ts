import { fetchRange } from '../../../../../lib/streams/fetch-streams.ts'
import { firstAnswer } from '../../../../../lib/streams/first-answer.ts'
import { readRange } from '../../../../../lib/streams/range-address.ts'
import type { PageServerLoad } from './$types.ts'

/** Without a range in the address there is no answer. */
export const load: PageServerLoad = async ({ params, url, platform }) => {
  const range = readRange(url.searchParams)
  const answer =
    range === undefined ? undefined : await fetchRange(params.login, range, firstAnswer(platform))
  return { range, answer, nowMs: Date.now() }
}
