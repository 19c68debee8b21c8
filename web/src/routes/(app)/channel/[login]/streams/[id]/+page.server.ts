import { error } from '@sveltejs/kit'
import { fetchStream } from '../../../../../../lib/streams/fetch-streams.ts'
import { firstAnswer } from '../../../../../../lib/streams/first-answer.ts'
import type { PageServerLoad } from './$types.ts'

export const load: PageServerLoad = async ({ params, platform }) => {
  const answer = await fetchStream(params.login, params.id, firstAnswer(platform))
  if (answer.problem === 'unknown_stream') error(404, 'no such stream')
  return { answer, nowMs: Date.now() }
}
