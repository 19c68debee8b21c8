import { version } from '../../../../package.json'
import { fetchAbout, fetchBotCounts } from '../../../lib/about/fetch-about.ts'
import licences from '../../../lib/about/licences.json'
import { firstAnswer } from '../../../lib/streams/first-answer.ts'
import type { PageServerLoad } from './$types.ts'

export const load: PageServerLoad = async ({ platform }) => {
  const options = firstAnswer(platform)
  const [about, bots] = await Promise.all([fetchAbout(options), fetchBotCounts(options)])
  return { about, bots, licences, version }
}
