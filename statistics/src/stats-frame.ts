import type { ChannelStats } from '@chat-battle/contracts/records/channel-stats'
import { knownBots } from '@chat-battle/contracts/known-bots'
import { seriesStepMs, windowMs } from '@chat-battle/contracts/window'
import type { ChannelState } from './channel.ts'
import { moderatedMessages, uniqueChatters, type WindowState } from './window.ts'

/** A window with news: what a frame is made of at any later moment. */
export interface PendingFrame {
  channel: ChannelState
  window: WindowState
  /** The revision of the window's newest change. */
  revision: number
}

/** A window's statistics as they are after the input record at `revision` - 1. */
export function statsFrame(
  channel: Pick<ChannelState, 'channelId' | 'login'>,
  window: WindowState,
  revision: number,
  final: boolean,
): ChannelStats {
  const { figures } = window
  return {
    channel_id: channel.channelId,
    channel_login: channel.login,
    window_start: window.start,
    window_end: window.start + windowMs,
    revision,
    final,
    message_count: figures.messageCount,
    mirrored_count: figures.mirroredCount,
    bot_messages: figures.botMessages,
    unique_chatters: uniqueChatters(window),
    first_time_chatters: window.firstTimers.size,
    subscriber_messages: figures.subscriberMessages,
    bits: figures.bits,
    moderated_messages: moderatedMessages(window),
    moderated_users: window.moderatedUsers.size,
    top_emotes: window.emotes.top().map(({ id, name, count }) => ({ id, name, count })),
    top_chatters: window.chatters
      .top()
      .map(({ id, name, count }) => ({ user_id: id, username: name, count, bot: knownBots.has(name) })),
    notices: Object.fromEntries(figures.notices),
    series: { step_ms: seriesStepMs, counts: figures.series },
    first_message_at: figures.firstMessageAt,
    last_message_at: figures.lastMessageAt,
    late_count: figures.lateCount,
    coverage: window.coverage.ranges,
  }
}
