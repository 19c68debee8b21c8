import type { TimeRange } from '@chat-battle/contracts/records/channel-stats'
import type { ChannelStatus } from '@chat-battle/contracts/records/channel-status'
import { seriesStepMs } from '@chat-battle/contracts/window'
import { timelineSteps, type Timeline } from './timeline.ts'

/** A stretch of the timeline, from 0, its left edge, to 1. */
export interface Share {
  from: number
  to: number
}

/** The coverage of the shown windows. */
export interface Coverage {
  /** See `uncovered`. */
  holes: readonly TimeRange[]
  /** See `firstCoveredMs`. */
  sinceMs: number | null
}

/**
 * Where messages may be missing, in order and apart from each other: the gaps of the status, and the holes since the channel
 * was first covered. `nowMs`: epoch ms.
 */
export function gapsOn(
  timeline: Timeline,
  { holes, sinceMs }: Coverage,
  status: ChannelStatus | null,
  nowMs: number,
): Share[] {
  const since = holes.filter(({ from }) => from >= (sinceMs ?? Infinity))
  return sharesOf(timeline, [...gapsOf(status, nowMs), ...since])
}

/** The gaps of a status, with the one that lasts. `nowMs`: epoch ms. */
export function gapsOf(status: ChannelStatus | null, nowMs: number): TimeRange[] {
  const open = status?.state === 'reconnecting' ? [{ from: status.since, to: nowMs }] : []
  return [...(status?.gaps ?? []), ...open]
}

/** The time before the channel was first covered, except where a gap is drawn. */
export function unwatchedOn(
  timeline: Timeline,
  { holes, sinceMs }: Coverage,
  gaps: readonly Share[],
): Share[] {
  if (sinceMs === null) return []
  const before = holes.filter(({ to }) => to <= sinceMs)
  return sharesOf(timeline, before).filter(
    ({ from, to }) => !gaps.some((gap) => gap.from <= from && gap.to >= to),
  )
}

function sharesOf(timeline: Timeline, ranges: readonly TimeRange[]): Share[] {
  const lengthMs = timelineSteps * seriesStepMs
  const shares = ranges
    .map(({ from, to }) => ({
      from: Math.max(0, (from - timeline.startMs) / lengthMs),
      to: Math.min(1, (to - timeline.startMs) / lengthMs),
    }))
    .filter(({ from, to }) => to > from)
  return joined(shares.sort((a, b) => a.from - b.from))
}

/** Joins stretches that overlap or touch. */
function joined(sorted: readonly Share[]): Share[] {
  const apart: Share[] = []
  for (const share of sorted) {
    const last = apart.at(-1)
    if (last === undefined || share.from > last.to) apart.push({ ...share })
    else last.to = Math.max(last.to, share.to)
  }
  return apart
}
