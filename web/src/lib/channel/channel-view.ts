import type { ChannelStatus } from '@chat-battle/contracts/records/channel-status'
import { gapsOn, unwatchedOn, type Share } from '../chart/gaps.ts'
import { paceOf, timelineOf, type Timeline } from '../chart/timeline.ts'
import type { Frames } from '../source/merge-frame.ts'
import { firstCoveredMs, uncovered } from './coverage.ts'

/** What follows from a channel's frames, its status and the time. */
export interface ChannelView {
  /** Messages per minute. */
  pace: number
  /** Null without a frame. */
  timeline: Timeline | null
  gaps: Share[]
  /** The time before the channel was first watched. */
  unwatched: Share[]
}

/** `nowMs`: epoch ms. */
export function viewOf(frames: Frames, status: ChannelStatus | null, nowMs: number): ChannelView {
  const holes = uncovered(frames, status?.state === 'joined', nowMs)
  const timeline = timelineOf(frames, nowMs, holes)
  if (timeline === null) return { pace: 0, timeline, gaps: [], unwatched: [] }
  const coverage = { holes, sinceMs: firstCoveredMs(frames) }
  const gaps = gapsOn(timeline, coverage, status, nowMs)
  return { pace: paceOf(timeline), timeline, gaps, unwatched: unwatchedOn(timeline, coverage, gaps) }
}
