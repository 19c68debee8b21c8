import { fetchStream } from '../../../../../../lib/streams/fetch-streams.ts'
import { firstAnswer } from '../../../../../../lib/streams/first-answer.ts'
import type { PageServerLoad } from './$types.ts'

export const load: PageServerLoad = async ({ params, platform }) => {
  const answer = await fetchStream(params.login, params.id, firstAnswer(platform))
  return { answer, nowMs: Date.now() }
}
