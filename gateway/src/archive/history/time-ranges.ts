import type { TimeRange } from '@chat-battle/contracts/records/channel-stats'

/** The parts of `from` to `to` that no range covers, in order. */
export function gapsBetween(ranges: readonly TimeRange[], from: number, to: number): TimeRange[] {
  const gaps: TimeRange[] = []
  let covered = from
  const filled = ranges.filter((range) => range.from < range.to)
  for (const range of filled.sort((one, other) => one.from - other.from)) {
    if (range.from >= to) break
    if (range.from > covered) gaps.push({ from: covered, to: range.from })
    covered = Math.max(covered, range.to)
  }
  if (covered < to) gaps.push({ from: covered, to })
  return gaps
}

/** At most `max` of them, the longest, in order. */
export function longest(ranges: readonly TimeRange[], max: number): TimeRange[] {
  return ranges
    .toSorted((one, other) => other.to - other.from - (one.to - one.from))
    .slice(0, max)
    .sort((one, other) => one.from - other.from)
}

/** Of ranges that are apart, in ms. */
export function lengthOf(ranges: readonly TimeRange[]): number {
  return ranges.reduce((sum, { from, to }) => sum + to - from, 0)
}
