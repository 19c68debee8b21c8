import type { ChannelStats } from '@chat-battle/contracts/records/channel-stats'
import { windowMs } from '@chat-battle/contracts/window'
import type { ChannelState } from './channel.ts'
import type { WindowState } from './window.ts'

/** A window that changed: a frame of it can be made at any later moment. */
export interface PendingFrame {
  channel: ChannelState
  window: WindowState
  /** The revision of the window's last change. */
  revision: number
}

/**
 * A window's statistics as they are after the input record at `revision` - 1. One literal, because nearly every message of a quiet
 * channel has a frame: V8 makes it and writes it as JSON in half the time of one that aggregates add their figures to.
 */
export function statsFrame(
  { channelId, login }: Pick<ChannelState, 'channelId' | 'login'>,
  { start, aggregates }: WindowState,
  revision: number,
  final: boolean,
): ChannelStats {
  const { unique_chatters, top_chatters } = aggregates.chatters.figures()
  const { reply_count, most_replied_to } = aggregates.replies.figures()
  const { first_message_at, last_message_at } = aggregates.messageTimes.figures()
  const { mood, mood_series } = aggregates.mood.figures()
  return {
    channel_id: channelId,
    channel_login: login,
    window_start: start,
    window_end: start + windowMs,
    revision,
    final,
    message_count: aggregates.messageCount.figures().message_count,
    mirrored_count: aggregates.mirroredCount.figures().mirrored_count,
    bot_messages: aggregates.botMessages.figures().bot_messages,
    unique_chatters,
    top_chatters,
    first_time_chatters: aggregates.firstTimeChatters.figures().first_time_chatters,
    subscriber_messages: aggregates.subscriberMessages.figures().subscriber_messages,
    bits: aggregates.bits.figures().bits,
    moderated_messages: aggregates.moderatedMessages.figures().moderated_messages,
    moderated_users: aggregates.moderatedUsers.figures().moderated_users,
    reply_count,
    most_replied_to,
    top_bots: aggregates.topBots.figures().top_bots,
    top_emotes: aggregates.topEmotes.figures().top_emotes,
    notices: aggregates.notices.figures().notices,
    series: aggregates.series.figures().series,
    first_message_at,
    last_message_at,
    late_count: aggregates.lateCount.figures().late_count,
    coverage: aggregates.coverage.figures().coverage,
    viewers: aggregates.viewers.figures().viewers,
    mood,
    mood_series,
  }
}
