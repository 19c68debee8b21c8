import type { ChannelStats } from '@chat-battle/contracts/channel-stats'
import { windowMs } from '@chat-battle/contracts/window'

/** What a page keeps of a channel: its current window, and the one before for the chart. */
export interface Frames {
  current: ChannelStats | null
  previous: ChannelStats | null
}

/** Takes a frame in, unless it is older than what is there: frames may come twice, late, or by another way. */
export function mergeFrame(frames: Frames, frame: ChannelStats): Frames {
  const { current, previous } = frames
  if (current === null || frame.window_start > current.window_start)
    return { current: frame, previous: current ?? previous }
  if (frame.window_start === current.window_start) {
    return isNewer(frame, current) ? { current: frame, previous } : frames
  }
  const isPrevious = previous === null || frame.window_start > previous.window_start
  const replaces = previous?.window_start === frame.window_start && isNewer(frame, previous)
  return isPrevious || replaces ? { current, previous: frame } : frames
}

/** Whether the window before the current one is not there as it ended: without a connection, its last frames are missed. */
export function lacksPrevious({ current, previous }: Frames): boolean {
  if (current === null) return false
  return previous?.final !== true || previous.window_start !== current.window_start - windowMs
}

function isNewer(frame: ChannelStats, known: ChannelStats): boolean {
  return !known.final && (frame.final || frame.revision > known.revision)
}
