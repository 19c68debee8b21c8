import type { ChannelStats } from '@chat-battle/contracts/records/channel-stats'
import { isNewerFrame, isSilent } from '@chat-battle/contracts/records/newer-frame'
import { windowMs } from '@chat-battle/contracts/window'

/** The windows that a page keeps of a channel: the current one, and the previous one for the chart. */
export interface Frames {
  current: ChannelStats | null
  previous: ChannelStats | null
}

/** Takes a frame in unless it is older than the known one. Frames may arrive twice, late, or by REST and Socket.IO. */
export function mergeFrame(frames: Frames, frame: ChannelStats): Frames {
  const { current, previous } = frames
  if (current === null || isNewerFrame(frame, current))
    return { current: frame, previous: before(frame, frames) }
  // The clock that placed a silent window may be wrong.
  if (isSilent(frame) || frame.window_start >= current.window_start) return frames
  const isNearer = previous === null || frame.window_start > previous.window_start
  const replaces = previous?.window_start === frame.window_start && isNewerFrame(frame, previous)
  return isNearer || replaces ? { current, previous: frame } : frames
}

/** Whether the final frame of the previous window is missing: it is lost where there was no connection. */
export function lacksPrevious({ current, previous }: Frames): boolean {
  if (current === null) return false
  return previous?.final !== true || previous.window_start !== current.window_start - windowMs
}

/** Whether a frame shows that the current window is over and its final frame was lost, so that it must be fetched first. */
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
