import type { TimeRange } from '@chat-battle/contracts/records/channel-stats'
import { momentKey, type Moment } from '@chat-battle/contracts/records/moment'

/** Of all channels together; the oldest go first. */
export const maxMoments = 400
/** A moment ends after five minutes at the latest, which is known half a minute later. */
const longestMs = 6 * 60_000

/** Known and added moments, newest first, of each the newest revision. The same array if nothing changes. */
export function mergeMoments(known: readonly Moment[], added: readonly Moment[]): readonly Moment[] {
  const newest = new Map(known.map((moment) => [momentKey(moment), moment]))
  let isChanged = false
  for (const moment of added) {
    const other = newest.get(momentKey(moment))
    if (other !== undefined && other.revision >= moment.revision) continue
    newest.set(momentKey(moment), moment)
    isChanged = true
  }
  if (!isChanged) return known
  const sorted = [...newest.values()].sort(
    (a, b) => b.start - a.start || (a.channel_id < b.channel_id ? -1 : 1),
  )
  return sorted.slice(0, maxMoments)
}

/** The moments that started in a range. */
export function startedIn(moments: readonly Moment[], { from, to }: TimeRange): Moment[] {
  return moments.filter(({ start }) => start >= from && start < to)
}

/** Whether it lasts. Of a channel that is not read any more the end never comes. `nowMs`: epoch ms by the servers. */
export function isOngoing({ end, start }: Pick<Moment, 'end' | 'start'>, nowMs: number): boolean {
  return end === null && nowMs - start < longestMs
}

/** How long a moment lasted, or has lasted until its peak, ms. A moment of one step of five seconds lasts those. */
export function lengthOf({ start, peak, end }: Pick<Moment, 'start' | 'peak' | 'end'>): number {
  return Math.max(5000, (end ?? peak) - start)
}
