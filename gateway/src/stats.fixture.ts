import type { ChannelStats } from '@chat-battle/contracts/channel-stats'
import { windowMs } from '@chat-battle/contracts/window'

/** An empty window of one channel, but for what is given. */
export function statsFixture(given: Partial<ChannelStats> = {}): ChannelStats {
  const start = given.window_start ?? 0
  return {
    channel_id: '1001',
    channel_login: 'arena',
    window_start: start,
    window_end: start + windowMs,
    revision: 1,
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
    series: { step_ms: 5000, counts: [] },
    first_message_at: null,
    last_message_at: null,
    late_count: 0,
    ...given,
  }
}
