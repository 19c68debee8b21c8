import { listMoments, maxMomentRangeMs } from '@chat-battle/contracts/rest/routes/list-moments'
import { findChannel } from '../../archive/find-channel.ts'
import { RequestRefused } from '../../refusal.ts'
import { endpoint, reply } from '../endpoint.ts'
import { readMoments } from '../read-moments.ts'

export const listMomentsEndpoint = endpoint(listMoments, async (context, { params, query: { from, to } }) => {
  requireRange(from, to)
  const { id } = await findChannel(context.archive, context.channels, params.channel)
  return reply(200, { moments: await readMoments(context, id, from, to) })
})

function requireRange(from: number, to: number): void {
  if (from >= to) throw new RequestRefused('range_not_served', `from ${from} is not before to ${to}`)
  if (to - from <= maxMomentRangeMs) return
  throw new RequestRefused(
    'range_not_served',
    `a range of moments has at most ${maxMomentRangeMs} ms; from ${from} to ${to} is longer`,
  )
}
