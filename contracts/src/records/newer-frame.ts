import type { ChannelStats, TimeRange } from './channel-stats.ts'

type Frame = Pick<
  ChannelStats,
  'channel_id' | 'window_start' | 'window_end' | 'revision' | 'final' | 'coverage'
>

/** No event of the window was counted; see `emptyStats`. */
export function isSilent({ revision }: Pick<ChannelStats, 'revision'>): boolean {
  return revision === 0
}

/**
 * Whether an arriving frame of a login replaces the known one as its current window. A frame with events replaces a silent one,
 * unless it is final and ended before the silent one starts. Within a window, the final frame wins.
 */
export function isNewerFrame(frame: Frame, known: Frame): boolean {
  // The login belongs to another channel now, and revisions of two channels cannot be compared.
  if (frame.channel_id !== known.channel_id) return true
  if (isSilent(frame) !== isSilent(known)) {
    return isSilent(frame) ? isOverBefore(known, frame) : !isOverBefore(frame, known)
  }
  if (frame.window_start !== known.window_start) return frame.window_start > known.window_start
  if (isSilent(frame)) return coveredUntil(frame.coverage) > coveredUntil(known.coverage)
  // A final frame is replaced where it named a person who opted out.
  return frame.final === known.final ? frame.revision > known.revision : frame.final
}

function isOverBefore(real: Frame, silent: Frame): boolean {
  return real.final && real.window_end <= silent.window_start
}

function coveredUntil(coverage: readonly TimeRange[] | null): number {
  return coverage?.at(-1)?.to ?? 0
}
