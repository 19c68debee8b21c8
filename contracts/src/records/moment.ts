import { z } from '../zod.ts'
import { channelId, channelLogin, count, epochMs, opaqueId } from '../primitives.ts'
import { emoteRange, emoteProvider } from './chat-event.ts'
import { mood } from './mood.ts'

/** What most people wrote, ranked by distinct people. `emote` is null for a phrase; `mixed`: no text stands out. */
export const leadingToken = z.object({
  kind: z.enum(['emote', 'phrase', 'mixed']),
  text: z.string().max(256),
  emote: emoteRange.pick({ id: true, name: true }).extend({ provider: emoteProvider }).nullable(),
  /** At least so many people: the first messages of a burst may be missing here, and in `share`. */
  people: count,
  /** Of the moment's messages, 0 to 1. */
  share: z.number().min(0).max(1),
})

/** At most so many messages of a moment are shown. */
export const maxSamples = 3
/** How many messages may stand behind the leading token of a record. */
export const maxLeadingSources = 300

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
  /** Without known bots and mirrored messages. */
  message_count: count,
  /** Distinct people who wrote. */
  people: count,
  leading: leadingToken,
  /** Up to three messages of people who are not moderated. */
  samples: z.array(z.string().max(4096)).max(maxSamples),
  mood: mood.nullable(),
})

/**
 * A record's value on `channel-moments`: the moment, and beside each of its texts whose it is, so that moderation and opt-outs can
 * remove it. `leading_sources` has a hash of the message and of the person for each message with a leading phrase.
 */
export const momentRecord = moment.extend({
  /** Of `samples`, in their order. */
  sample_sources: z.array(z.object({ message_id: opaqueId, user_id: opaqueId })).max(maxSamples),
  leading_sources: z.array(z.tuple([count, count])).max(maxLeadingSources),
})

export type LeadingToken = z.infer<typeof leadingToken>
export type Moment = z.infer<typeof moment>
export type MomentRecord = z.infer<typeof momentRecord>

/** No token leads. */
export const noLeading: LeadingToken = { kind: 'mixed', text: '', emote: null, people: 0, share: 0 }

/** A moment's record key on `channel-moments`. */
export function momentKey({ channel_id, start }: Pick<Moment, 'channel_id' | 'start'>): string {
  return `${channel_id}:${start}`
}

/** The part of a record that clients receive. */
export function shownMoment({ sample_sources: _, leading_sources: __, ...shown }: MomentRecord): Moment {
  return shown
}
