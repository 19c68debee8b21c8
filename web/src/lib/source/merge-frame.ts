import type { ChannelStats } from '@chat-battle/contracts/records/channel-stats'
import { isNewerFrame, isSilent } from '@chat-battle/contracts/records/newer-frame'
import { windowMs } from '@chat-battle/contracts/window'

/** What a page keeps of a channel: its current window, and the one before for the chart. */
export interface Frames {
  current: ChannelStats | null
  previous: ChannelStats | null
}

/** Takes a frame in, unless it is older than what is there: frames may come twice, late, or by another way. */
export function mergeFrame(frames: Frames, frame: ChannelStats): Frames {
  const { current, previous } = frames
  if (current === null || isNewerFrame(frame, current))
    return { current: frame, previous: before(frame, frames) }
  // A silent window that is not shown now may have its place in time from a clock that is wrong.
  if (isSilent(frame) || frame.window_start >= current.window_start) return frames
  const isNearer = previous === null || frame.window_start > previous.window_start
  const replaces = previous?.window_start === frame.window_start && isNewerFrame(frame, previous)
  return isNearer || replaces ? { current, previous: frame } : frames
}

/** Whether the window before the current one is not there as it ended: without a connection, its last frames are missed. */
export function lacksPrevious({ current, previous }: Frames): boolean {
  if (current === null) return false
  return previous?.final !== true || previous.window_start !== current.window_start - windowMs
}

/** Whether a frame says that the current window is over, whose last frame was missed: it must be fetched first. */
export function lacksFinal({ current }: Frames, frame: ChannelStats): boolean {
  if (current === null || !isSilent(frame) || isSilent(current) || current.final) return false
  return frame.window_start >= current.window_end
}

/** The window to be drawn to the left of a new current one. */
function before(
  { channel_id, window_start }: ChannelStats,
  { current, previous }: Frames,
): ChannelStats | null {
  const isBefore = (known: ChannelStats | null) =>
    known !== null && known.channel_id === channel_id && known.window_start < window_start
  return [current, previous].find(isBefore) ?? null
}
