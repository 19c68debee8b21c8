import type { ChannelStats } from '@chat-battle/contracts/records/channel-stats'
import type { ExactCount } from './exact-count.ts'

export interface Comparison {
  /** A line a figure: its name, what was counted, what is shown, and whether they are the same. */
  rows: { figure: string; counted: string; shown: string; same: boolean }[]
  same: boolean
}

/** Holds what an installation shows of a window against the exact count. */
export function compareWindow(counted: ExactCount, shown: ChannelStats | undefined): Comparison {
  const reduced: ExactCount | undefined = shown && {
    ...shown,
    notices: Object.fromEntries(Object.entries(shown.notices).sort()),
    top_emotes: shown.top_emotes.map(({ id, count, provider }) => ({ id, count, provider })),
    top_chatters: shown.top_chatters.map(withoutName),
    top_bots: shown.top_bots?.map(withoutName) ?? null,
    most_replied_to: shown.most_replied_to?.map(withoutName) ?? null,
    series: shown.series.counts,
  }
  const rows = (Object.keys(counted) as (keyof ExactCount)[]).map((figure) => {
    const [exact, got] = [text(counted[figure]), reduced === undefined ? 'nothing' : text(reduced[figure])]
    return { figure, counted: exact, shown: got, same: exact === got }
  })
  return { rows, same: rows.every(({ same }) => same) }
}

function withoutName({ user_id, count }: { user_id: string; count: number }) {
  return { user_id, count }
}

function text(value: ExactCount[keyof ExactCount]): string {
  if (value === null) return '-'
  if (typeof value === 'number') return String(value)
  if (Array.isArray(value))
    return (
      value.map((entry) => (typeof entry === 'number' ? entry : Object.values(entry).join(':'))).join(' ') ||
      '-'
    )
  return (
    Object.entries(value)
      .map(([kind, count]) => `${kind}:${count}`)
      .join(' ') || '-'
  )
}
