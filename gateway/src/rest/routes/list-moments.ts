import { shownMoment, type MomentRecord } from '@chat-battle/contracts/records/moment'
import { momentRetentionMs } from '@chat-battle/contracts/records/topics'
import {
  listMoments,
  maxMomentRangeMs,
  maxMomentsPerAnswer,
} from '@chat-battle/contracts/rest/routes/list-moments'
import { archivedChannelId } from '../../archive/archived-channel.ts'
import { readArchivedMoments } from '../../archive/moments.ts'
import { RequestRefused } from '../../refusal.ts'
import { endpoint, reply, type RestContext } from '../endpoint.ts'

/** The broker may delete records of the topic this long before their time is over, and Twitch's clock may be ahead. */
const toleranceMs = 60 * 60_000

export const listMomentsEndpoint = endpoint(listMoments, async (context, { params, query: { from, to } }) => {
  requireRange(from, to)
  const channelId = archivedChannelId(context.channels, params.channel)
  const newest = new Map<number, MomentRecord>()
  const known = context.moments.list(channelId, from, to)
  for (const record of [...(await readArchived(context, channelId, from, to)), ...known]) {
    const other = newest.get(record.start)
    if (other === undefined || record.revision >= other.revision) newest.set(record.start, record)
  }
  if (newest.size > maxMomentsPerAnswer) throw tooMany()
  const moments = [...newest.values()].sort((a, b) => a.start - b.start).map(shownMoment)
  // Their pictures are requested next.
  context.twitchEmotes.see(moments.flatMap(({ leading }) => leading.emote ?? []))
  return reply(200, { moments })
})

/** Without Cassandra, what the topic has is enough for a range that it covers. */
async function readArchived(
  { archive, moments }: RestContext,
  channelId: string,
  from: number,
  to: number,
): Promise<MomentRecord[]> {
  try {
    return await readArchivedMoments(archive, channelId, from, to)
  } catch (error) {
    const isCovered = from >= Date.now() - momentRetentionMs + toleranceMs && moments.isWhole(channelId)
    if (isCovered && error instanceof RequestRefused && error.kind === 'archive_unavailable') return []
    throw error
  }
}

function requireRange(from: number, to: number): void {
  if (from >= to) throw new RequestRefused('range_not_served', `from ${from} is not before to ${to}`)
  if (to - from <= maxMomentRangeMs) return
  throw new RequestRefused(
    'range_not_served',
    `a range of moments has at most ${maxMomentRangeMs} ms; from ${from} to ${to} is longer`,
  )
}

function tooMany(): RequestRefused {
  return new RequestRefused(
    'range_not_served',
    `the range has more than ${maxMomentsPerAnswer} moments; request a shorter one`,
  )
}
