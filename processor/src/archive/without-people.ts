import { withoutMentions, type OptedOut } from '@chat-battle/contracts/records/anonymise'
import type { ChannelStats } from '@chat-battle/contracts/records/channel-stats'
import type { MomentRecord } from '@chat-battle/contracts/records/moment'
import type { WindowSummary } from '@chat-battle/contracts/records/window-summary'
import { editSamples, stripMoment } from '@chat-battle/statistics/moments/strip-moment'

/**
 * Results computed before people opted out, without them: counts stay, and rankings and texts lose them. Each function returns
 * undefined for a record that names none of them. The revision grows by one, so that readers take the new record.
 */

interface Ranked {
  readonly user_id: string
}

export function statsWithout(stats: ChannelStats, people: OptedOut): ChannelStats | undefined {
  const changed = Object.entries(stats).flatMap(([name, value]) => {
    const kept = rankingOf(value).filter(({ user_id }) => people.anonymousId(user_id) === undefined)
    return kept.length === rankingOf(value).length ? [] : [[name, kept] as const]
  })
  if (changed.length === 0) return undefined
  return { ...stats, ...Object.fromEntries(changed), revision: stats.revision + 1 }
}

export function summaryWithout(summary: WindowSummary, people: OptedOut): WindowSummary | undefined {
  const { entries } = summary.people
  const kept = entries.filter(([userId]) => people.anonymousId(userId) === undefined)
  if (kept.length === entries.length) return undefined
  return { ...summary, people: { ...summary.people, entries: kept }, revision: summary.revision + 1 }
}

/** `userIds`: the people who may have written the leading phrase, whose authors a record has by a hash only. */
export function momentWithout(
  moment: MomentRecord,
  people: OptedOut,
  userIds: readonly string[] = [],
): MomentRecord | undefined {
  const inSamples = moment.sample_sources.map(({ user_id }) => user_id)
  const gone = [...userIds, ...inSamples.filter((id) => people.anonymousId(id) !== undefined)]
  let changed: MomentRecord | undefined
  for (const userId of new Set(gone)) changed = stripMoment(changed ?? moment, { userId }) ?? changed
  const edit = (text: string) => withoutMentions(text, [], people)?.message
  changed = editSamples(changed ?? moment, edit) ?? changed
  return changed === undefined ? undefined : { ...changed, revision: moment.revision + 1 }
}

/** The ids of all people that the statistics of a window name. */
export function peopleInStats(stats: ChannelStats): string[] {
  const named = Object.values(stats).flatMap((value) => rankingOf(value).map(({ user_id }) => user_id))
  return [...new Set(named)]
}

export function peopleInSummary({ people }: WindowSummary): string[] {
  return people.entries.map(([userId]) => userId)
}

/** A figure's entries if it ranks people, whatever its name. */
function rankingOf(figure: unknown): readonly Ranked[] {
  return Array.isArray(figure) ? (figure as unknown[]).filter(isRanked) : []
}

function isRanked(entry: unknown): entry is Ranked {
  return (
    typeof entry === 'object' && entry !== null && 'user_id' in entry && typeof entry.user_id === 'string'
  )
}
