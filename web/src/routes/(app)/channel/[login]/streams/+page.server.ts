import { fetchAbout } from '../../../../../lib/about/fetch-about.ts'
import { fetchStreams } from '../../../../../lib/streams/fetch-streams.ts'
import { firstAnswer } from '../../../../../lib/streams/first-answer.ts'
import { readFigures, summariesOf, type KnownFigures } from '../../../../../lib/streams/stream-figures.ts'
import type { PageServerLoad } from './$types.ts'

/** Each stream's figures read its history: only the first ones are awaited. */
const figuresWithinMs = 700

/** The list, and the figures of as many streams as are answered in time; the browser reads the others. */
export const load: PageServerLoad = async ({ params, platform }) => {
  const options = firstAnswer(platform)
  const [answer, about] = await Promise.all([
    fetchStreams(params.login, undefined, options),
    fetchAbout(options),
  ])
  const hasApplication = about === undefined ? undefined : about.viewers_checked_at !== null
  let figures: KnownFigures = {}
  const signal = AbortSignal.timeout(figuresWithinMs)
  const read = summariesOf(params.login, { ...options, signal })
  for await (const known of readFigures(answer.found?.streams ?? [], {}, signal, read)) figures = known
  return { answer, figures, hasApplication }
}
