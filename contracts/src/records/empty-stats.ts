import type { ChannelStats, TimeRange } from './channel-stats.ts'
import { emptyFigures } from './figures.ts'
import { windowMs } from '../window.ts'

/**
 * The statistics of a window without a counted event: empty figures and revision 0. `coverage`: the parts of the window, in channel
 * time, in which the channel was covered all the same.
 */
export function emptyStats(
  channelId: string,
  channelLogin: string,
  start: number,
  coverage: readonly TimeRange[] = [],
): ChannelStats {
  return {
    channel_id: channelId,
    channel_login: channelLogin,
    window_start: start,
    window_end: start + windowMs,
    revision: 0,
    final: false,
    ...emptyFigures(),
    coverage: [...coverage],
  }
}
