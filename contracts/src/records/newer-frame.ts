import type { ChannelStats, TimeRange } from './channel-stats.ts'

type Frame = Pick<
  ChannelStats,
  'channel_id' | 'window_start' | 'window_end' | 'revision' | 'final' | 'coverage'
>

/** Whether a frame says that no event of its window was counted: see `emptyStats`. */
export function isSilent({ revision }: Pick<ChannelStats, 'revision'>): boolean {
  return revision === 0
}

/**
 * Whether a frame that arrives for a login replaces the known one as its current window. A real frame beats a silent one,
 * unless the real one is final and ended before the silent one starts. Of one window, the final frame wins.
 */
export function isNewerFrame(frame: Frame, known: Frame): boolean {
  // Revisions of two channels cannot be compared: the login belongs to another channel now.
  if (frame.channel_id !== known.channel_id) return true
  if (isSilent(frame) !== isSilent(known)) {
    return isSilent(frame) ? isOverBefore(known, frame) : !isOverBefore(frame, known)
  }
  if (frame.window_start !== known.window_start) return frame.window_start > known.window_start
  if (isSilent(frame)) return coveredUntil(frame.coverage) > coveredUntil(known.coverage)
  return !known.final && (frame.final || frame.revision > known.revision)
}

function isOverBefore(real: Frame, silent: Frame): boolean {
  return real.final && real.window_end <= silent.window_start
}

function coveredUntil(coverage: readonly TimeRange[] | null): number {
  return coverage?.at(-1)?.to ?? 0
}
