import { fromLocalInput, toLocalInput } from '../i18n/zoned-time.ts'

/** A part of a searched range that lies in one day of the visitor. Times are epoch ms; `to` is exclusive. */
export interface DayCount {
  readonly from: number
  readonly to: number
  /** Messages that match from `countedFrom` on: exact. */
  readonly matched: number
  /** How far back it is counted; `from`: wholly. */
  readonly countedFrom: number
}

/** What one request found out about a range. */
export interface Counted {
  readonly matched: number
  readonly scanned: { readonly from: number; readonly to: number }
}

/** The days of a range in a time zone, newest first, with nothing counted. */
export function daysOf({ from, to }: { from: number; to: number }, zone: string): DayCount[] {
  const days: DayCount[] = []
  for (let end = to; end > from;) {
    const start = Math.max(from, startOfDay(end - 1, zone))
    days.push({ from: start, to: end, matched: 0, countedFrom: end })
    end = start
  }
  return days
}

/** The newest stretch that is not counted; undefined: everything is. */
export function uncounted(days: readonly DayCount[]): { from: number; to: number } | undefined {
  const day = days.find(({ from, countedFrom }) => countedFrom > from)
  return day === undefined ? undefined : { from: day.from, to: day.countedFrom }
}

/** Adds the answer to a request for `uncounted`. */
export function withCount(days: readonly DayCount[], { matched, scanned }: Counted): DayCount[] {
  return days.map((day) =>
    day.countedFrom === scanned.to && day.from <= scanned.from && scanned.from < scanned.to
      ? { ...day, matched: day.matched + matched, countedFrom: scanned.from }
      : day,
  )
}

/** The days without what lies before `keptFrom`, epoch ms. */
export function keptDays(days: readonly DayCount[], keptFrom: number): DayCount[] {
  return days.filter(({ to }) => to > keptFrom).map((day) => ({ ...day, from: Math.max(day.from, keptFrom) }))
}

export function isCounted({ from, countedFrom }: DayCount): boolean {
  return countedFrom <= from
}

function startOfDay(atMs: number, zone: string): number {
  const day = toLocalInput(atMs, zone).slice(0, 10)
  return fromLocalInput(`${day}T00:00`, zone) ?? atMs
}
