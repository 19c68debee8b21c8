import type { TimeRange } from '@chat-battle/contracts/records/channel-stats'

/** The shortest range that the chart zooms to. */
export const minRangeMs = 60_000
/** The longest: as long as windows are kept. */
export const maxRangeMs = 90 * 24 * 60 * 60 * 1000

/** The range after a zoom about a time, which keeps its place. `factor` below 1 shows less. */
export function zoomed({ from, to }: TimeRange, about: number, factor: number): TimeRange {
  const lengthMs = Math.min(maxRangeMs, Math.max(minRangeMs, (to - from) * factor))
  const share = (about - from) / (to - from)
  const start = Math.round(about - share * lengthMs)
  return { from: start, to: start + Math.round(lengthMs) }
}

export function panned({ from, to }: TimeRange, byMs: number): TimeRange {
  return { from: Math.round(from + byMs), to: Math.round(to + byMs) }
}

/** The chosen stretch of two times in any order, at least as long as the shortest range. */
export function chosen(one: number, other: number): TimeRange {
  const from = Math.min(one, other)
  const to = Math.max(one, other)
  const lacksMs = Math.max(0, minRangeMs - (to - from))
  return { from: Math.round(from - lacksMs / 2), to: Math.round(to + lacksMs / 2) }
}

/** The share of the range at a time: 0 at its start, 1 at its end. */
export function shareAt({ from, to }: TimeRange, at: number): number {
  return (at - from) / (to - from)
}

export interface MarkCluster<M> {
  /** Of the range, 0 to 1. */
  share: number
  marks: M[]
}

/** Marks of the range by time; those closer than `nearest` (a share of the range) to the first of them stand together. */
export function clustered<M extends { at: number }>(
  marks: readonly M[],
  range: TimeRange,
  nearest: number,
): MarkCluster<M>[] {
  const clusters: MarkCluster<M>[] = []
  for (const mark of marks
    .filter(({ at }) => at >= range.from && at <= range.to)
    .sort((a, b) => a.at - b.at)) {
    const share = shareAt(range, mark.at)
    const last = clusters.at(-1)
    if (last !== undefined && share - last.share < nearest) last.marks.push(mark)
    else clusters.push({ share, marks: [mark] })
  }
  return clusters
}
