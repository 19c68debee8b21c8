import type { ChannelStatus } from '@chat-battle/contracts/records/channel-status'
import { gapsOf, gapsOn, unwatchedOn, type Share } from '../chart/gaps.ts'
import { minuteMs, minutesOf, paceOf, timelineOf, type Timeline } from '../chart/timeline.ts'
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
  /** The last ten complete minutes; see `minutesOf`. Null without a frame. */
  minutes: Timeline | null
  /** Messages of the timeline. */
  messages: number
  /** Distinct people of the current window, or of the one before where that had more: a young window has few yet. */
  chatters: number
  /** Null: not known. */
  viewers: number | null
}

/** `nowMs`: epoch ms. */
export function viewOf(frames: Frames, status: ChannelStatus | null, nowMs: number): ChannelView {
  const holes = uncovered(frames, status?.state === 'joined', nowMs)
  const timeline = timelineOf(frames, nowMs, holes)
  if (timeline === null)
    return {
      pace: 0,
      timeline,
      gaps: [],
      unwatched: [],
      minutes: null,
      messages: 0,
      chatters: 0,
      viewers: null,
    }
  const coverage = { holes, sinceMs: firstCoveredMs(frames) }
  const gaps = gapsOn(timeline, coverage, status, nowMs)
  return {
    pace: paceOf(timeline),
    timeline,
    gaps,
    unwatched: unwatchedOn(timeline, coverage, gaps),
    minutes: minutesOf(frames, nowMs, [...holes, ...gapsOf(status, nowMs)]),
    messages: timeline.counts.reduce<number>((sum, count) => sum + (count ?? 0), 0),
    chatters: Math.max(frames.current?.unique_chatters ?? 0, frames.previous?.unique_chatters ?? 0),
    viewers: viewersIn(frames, nowMs),
  }
}

/** The newest count of viewers. A window has none before Twitch's API was read in it, about a minute after its start. */
function viewersIn({ current, previous }: Frames, nowMs: number): number | null {
  const known = current?.viewers?.last ?? null
  const isYoung = current !== null && nowMs < current.window_start + 2 * minuteMs
  return known ?? (isYoung ? (previous?.viewers?.last ?? null) : null)
}
