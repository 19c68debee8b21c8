import type { ChannelStats } from '@chat-battle/contracts/records/channel-stats'
import { windowMs } from '@chat-battle/contracts/window'
import { Bits } from './bits.ts'
import { BotMessages } from './bot-messages.ts'
import { Chatters } from './chatters.ts'
import { Coverage } from './coverage.ts'
import { FirstTimeChatters } from './first-time-chatters.ts'
import { InvalidTimeCount } from './invalid-time-count.ts'
import { LateCount } from './late-count.ts'
import { MessageCount } from './message-count.ts'
import { MessageTimes } from './message-times.ts'
import { MirroredCount } from './mirrored-count.ts'
import { ModeratedMessages } from './moderated-messages.ts'
import { ModeratedUsers } from './moderated-users.ts'
import { MoodFigures } from './mood.ts'
import { Notices } from './notices.ts'
import { Replies } from './replies.ts'
import { Series } from './series.ts'
import { SubscriberMessages } from './subscriber-messages.ts'
import { TopBots } from './top-bots.ts'
import { TopEmotes } from './top-emotes.ts'
import { Viewers } from './viewers.ts'

/** Every aggregate of a window that starts at `start`, epoch ms, by the name that a snapshot keeps it under. */
export function emptyAggregates(start: number) {
  const topBots = new TopBots()
  return {
    messageCount: new MessageCount(),
    mirroredCount: new MirroredCount(),
    botMessages: new BotMessages(),
    chatters: new Chatters(),
    firstTimeChatters: new FirstTimeChatters(),
    subscriberMessages: new SubscriberMessages(),
    bits: new Bits(),
    moderatedMessages: new ModeratedMessages(start),
    moderatedUsers: new ModeratedUsers(),
    replies: new Replies((userId) => topBots.has(userId)),
    topBots,
    topEmotes: new TopEmotes(),
    notices: new Notices(),
    series: new Series(),
    messageTimes: new MessageTimes(),
    lateCount: new LateCount(),
    invalidTimeCount: new InvalidTimeCount(),
    coverage: new Coverage(),
    viewers: new Viewers(),
    mood: new MoodFigures(),
  }
}

export type Aggregates = ReturnType<typeof emptyAggregates>

interface FrameHead {
  channelId: string
  login: string
  /** Of the window, epoch ms. */
  start: number
  revision: number
  final: boolean
}

/**
 * The statistics of a window with these aggregates. One literal, because nearly every message of a quiet channel has a frame:
 * V8 makes it and writes it as JSON in half the time of one that aggregates add their figures to.
 */
export function frameOf(
  { channelId, login, start, revision, final }: FrameHead,
  aggregates: Aggregates,
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
