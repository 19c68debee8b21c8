import type { ChannelStats, TimeRange } from './channel-stats.ts'
import { seriesLength, seriesStepMs, windowMs } from '../window.ts'

/**
 * The statistics of a window of which no event was counted: zeros, and revision 0. `coverage`: the parts of the window in which
 * the channel was covered all the same, in channel time.
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
    message_count: 0,
    mirrored_count: 0,
    bot_messages: 0,
    unique_chatters: 0,
    first_time_chatters: 0,
    subscriber_messages: 0,
    bits: 0,
    moderated_messages: 0,
    moderated_users: 0,
    top_emotes: [],
    top_chatters: [],
    notices: {},
    series: { step_ms: seriesStepMs, counts: new Array<number>(seriesLength).fill(0) },
    first_message_at: null,
    last_message_at: null,
    late_count: 0,
    coverage: [...coverage],
  }
}
