import { z } from '../../zod.ts'
import { moment } from '../../records/moment.ts'
import { channelName, rangeFrom, rangeToWithin } from '../parameters.ts'
import { defineRoute } from '../route.ts'

const dayMs = 24 * 60 * 60_000
/** As long as the archive keeps moments. */
export const maxMomentRangeMs = 90 * dayMs
/** An answer has at most so many moments; a range with more is refused. */
export const maxMomentsPerAnswer = 1000

/** By start. */
export const momentList = z.object({ moments: z.array(moment).max(maxMomentsPerAnswer) })

export const listMoments = defineRoute({
  id: 'listMoments',
  method: 'GET',
  path: '/api/channels/{channel}/moments',
  summary: 'List the moments of a channel that started in a range of time, by start',
  access: 'anyone',
  isRateLimited: true,
  needsView: true,
  params: z.object({ channel: channelName }),
  query: z.object({
    from: rangeFrom,
    to: rangeToWithin('90 days'),
  }),
  responses: { 200: { name: 'MomentList', description: 'The moments', body: momentList } },
  errors: ['malformed_channel', 'channel_not_monitored', 'range_not_served', 'archive_unavailable'],
})

export type MomentList = z.infer<typeof momentList>
