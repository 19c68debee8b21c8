import { shownMoment, type Moment, type MomentRecord } from '@chat-battle/contracts/records/moment'
import { momentRetentionMs } from '@chat-battle/contracts/records/topics'
import { maxMomentsPerAnswer } from '@chat-battle/contracts/rest/routes/list-moments'
import { readArchivedMoments } from '../archive/moments.ts'
import { RequestRefused } from '../refusal.ts'
import type { RestContext } from './endpoint.ts'

type MomentSources = Pick<RestContext, 'archive' | 'moments' | 'twitchEmotes'>

/** The broker may delete records of the topic this long before their time is over, and Twitch's clock may be ahead. */
const toleranceMs = 60 * 60_000

/** The moments of a channel that started from `from` on and before `to`, epoch ms, by start. Rejects with `RequestRefused`. */
export async function readMoments(
  sources: MomentSources,
  channelId: string,
  from: number,
  to: number,
): Promise<Moment[]> {
  const newest = new Map<number, MomentRecord>()
  const known = sources.moments.list(channelId, from, to)
  for (const record of [...(await readArchived(sources, channelId, from, to)), ...known]) {
    const other = newest.get(record.start)
    if (other === undefined || record.revision >= other.revision) newest.set(record.start, record)
  }
  if (newest.size > maxMomentsPerAnswer) throw tooMany()
  const moments = [...newest.values()].sort((a, b) => a.start - b.start).map(shownMoment)
  // Their pictures are requested next.
  sources.twitchEmotes.see(moments.flatMap(({ leading }) => leading.emote ?? []))
  return moments
}

/** Without Cassandra, what the topic has is enough for a range that it covers. */
async function readArchived(
  { archive, moments }: MomentSources,
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

function tooMany(): RequestRefused {
  return new RequestRefused(
    'range_not_served',
    `the range has more than ${maxMomentsPerAnswer} moments; request a shorter one`,
  )
}
