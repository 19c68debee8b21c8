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
