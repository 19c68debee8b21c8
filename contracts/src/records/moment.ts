import { z } from '../zod.ts'
import { channelId, channelLogin, count, epochMs } from '../primitives.ts'
import { emoteRange, emoteProvider } from './chat-event.ts'

/** Shares of the messages with a known mood, 0 to 1, and how many messages these are of all. */
export const mood = z.object({
  positive: z.number().min(0).max(1),
  negative: z.number().min(0).max(1),
  coverage: z.number().min(0).max(1),
})

/** What most people wrote. `emote` is null for a phrase. */
export const leadingToken = z.object({
  kind: z.enum(['emote', 'phrase', 'mixed']),
  text: z.string().max(256),
  emote: emoteRange.pick({ id: true, name: true }).extend({ provider: emoteProvider }).nullable(),
  people: count,
  /** Of the moment's messages, 0 to 1. */
  share: z.number().min(0).max(1),
})

/** A stretch in which a chat was far above its own baseline. Times are epoch ms by Twitch's clock. */
export const moment = z.object({
  channel_id: channelId,
  channel_login: channelLogin,
  start: epochMs,
  peak: epochMs,
  /** Null while it lasts. */
  end: epochMs.nullable(),
  /** Offset of the last applied input record, plus one: of two records of a moment the greater is the newer. */
  revision: count,
  /** `event`: a raid, a gift bomb or an announcement stands at its start. */
  kind: z.enum(['chat', 'event']),
  times_baseline: z.number().min(0),
  message_count: count,
  /** Distinct people who wrote. */
  people: count,
  leading: leadingToken,
  /** Up to three messages of people who are not moderated. */
  samples: z.array(z.string().max(4096)).max(3),
  mood: mood.nullable(),
})

export type Mood = z.infer<typeof mood>
export type Moment = z.infer<typeof moment>

/** A moment's record key on `channel-moments`. */
export function momentKey({ channel_id, start }: Pick<Moment, 'channel_id' | 'start'>): string {
  return `${channel_id}:${start}`
}
