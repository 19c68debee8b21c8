import { countFigures } from '@chat-battle/contracts/records/figures'
import type { Summary } from './fetch-streams.ts'

/** The counts of the totals, by their names in the API. */
const totalNames = ['unique_chatters', ...countFigures.filter((name) => name !== 'unique_chatters')] as const
const columns = [
  'kind',
  'from',
  'to',
  ...totalNames,
  'mood_positive',
  'mood_negative',
  'mood_coverage',
  'viewers',
  'viewers_peak',
] as const

type Cells = Partial<Record<(typeof columns)[number], string | number | null>>

/**
 * A row per point, and at the end one with the totals, by the names of the API. Times are ISO 8601 in UTC, `to` is exclusive. An
 * empty cell is not known, or not of this kind of row; `viewers` is the mean.
 */
export function csvOf({ history }: Pick<Summary, 'history'>): string {
  const { points, totals, step_ms: stepMs, mood, viewers } = history
  const rows: Cells[] = points.map(({ at, mood, ...counts }) => ({
    ...counts,
    kind: 'point',
    from: iso(at),
    to: iso(at + stepMs),
    ...moodCells(mood),
  }))
  rows.push({
    ...totals,
    kind: 'total',
    from: iso(totals.from),
    to: iso(totals.to),
    ...moodCells(mood),
    viewers: viewers?.average ?? null,
    viewers_peak: viewers?.peak ?? null,
  })
  const lines = rows.map((row) => columns.map((name) => String(row[name] ?? '')).join(','))
  return [columns.join(','), ...lines, ''].join('\r\n')
}

/** One JSON object per line, each as the API has it, and which one in `record`: the summary, then points, moments, events and gaps. */
export function ndjsonOf(summary: Summary): string {
  const { stream, history, moments, before, change } = summary
  const { points, events, gaps, totals, ...rest } = history
  const of = (kind: string, values: readonly object[]) => values.map((value) => ({ record: kind, ...value }))
  const records = [
    { record: 'summary', stream, ...rest, totals, before, change },
    ...of('point', points),
    ...of('moment', moments ?? []),
    ...of('event', events),
    ...of('gap', gaps),
  ]
  return records.map((record) => `${JSON.stringify(record)}\n`).join('')
}

/** The name of a downloaded file: `arena-2026-11-26-1405.csv`, in UTC. */
export function fileName({ history, stream }: Pick<Summary, 'history' | 'stream'>, end: string): string {
  const time = iso(stream?.started_at ?? history.from)
  return `${history.channel_login}-${time.slice(0, 10)}-${time.slice(11, 16).replace(':', '')}.${end}`
}

function moodCells(mood: Summary['history']['mood']): Cells {
  return {
    mood_positive: mood?.positive ?? null,
    mood_negative: mood?.negative ?? null,
    mood_coverage: mood?.coverage ?? null,
  }
}

function iso(epochMs: number): string {
  return new Date(epochMs).toISOString()
}
