import { z } from '../zod.ts'
import { channelId, channelLogin, count, epochMs, opaqueId, shownName } from '../primitives.ts'
import { maxNames } from './opt-out.ts'

const inChannel = { channel_id: channelId, channel_login: channelLogin }

/** Where an emote comes from. */
export const emoteProviders = ['twitch', '7tv', 'bttv', 'ffz'] as const
export const emoteProvider = z.enum(emoteProviders)

/** An emote's place in `message`: code points, `end` exclusive. Ingest resolves it by the sets that are valid on arrival. */
export const emoteRange = z.object({
  id: opaqueId,
  name: shownName,
  start: count,
  end: count,
  provider: emoteProvider.default('twitch'),
  /** It lies over the emote before it. Absent: it does not. */
  is_zero_width: z.literal(true).optional(),
})

/** The mood of a message: negative, neutral, positive; null: no token of it has a known mood. */
export const messageMood = z.union([z.literal(-1), z.literal(0), z.literal(1)]).nullable()

export const nameColor = z.string().regex(/^#[0-9a-f]{6}$/)

/** A PRIVMSG. */
export const chatMessage = z.object({
  type: z.literal('message'),
  ...inChannel,
  message_id: opaqueId,
  user_id: opaqueId,
  /** The person's login. */
  username: shownName,
  display_name: shownName,
  /** The person's colour, `#rrggbb`. Null: they chose none, or a version wrote the record that did not keep it. */
  color: nameColor.nullable().default(null),
  /** The text without the `/me` wrapper. */
  message: z.string().max(4096),
  is_action: z.boolean(),
  /** Twitch's `tmi-sent-ts`. */
  timestamp: epochMs,
  emotes: z.array(emoteRange).max(1024),
  badges: z.record(z.string(), z.string()),
  bits: count,
  is_first: z.boolean(),
  is_subscriber: z.boolean(),
  reply_to: z
    .object({
      message_id: opaqueId,
      user_id: opaqueId,
      username: shownName,
      /** Whether ingest knows the answered person as a bot by the login or the id. Null as for the author's. */
      is_bot: z.boolean().nullable().default(null),
    })
    .nullable(),
  /** Where a message mirrored by Shared Chat was written; null when it was written here. */
  source_channel_id: channelId.nullable(),
  source_message_id: opaqueId.nullable(),
  /** Whether ingest knows the person as a bot. Null: written by a version that did not classify people. */
  is_bot: z.boolean().nullable().default(null),
  /** Resolved by ingest, so that it outlives the text. */
  mood: messageMood.default(null),
  /** The person has opted out: `user_id` is a keyed hash, the names and the text are empty. */
  is_anonymous: z.boolean().default(false),
})

/** A CLEARCHAT or CLEARMSG. `timestamp` is Twitch's, or the channel's estimated time where Twitch sent none. */
export const moderation = z.object({
  type: z.literal('moderation'),
  ...inChannel,
  action: z.enum(['clear_chat', 'ban', 'timeout', 'delete_message']),
  target_user_id: opaqueId.nullable(),
  target_username: shownName.nullable(),
  target_message_id: opaqueId.nullable(),
  duration_s: count.nullable(),
  timestamp: epochMs,
})

/** A USERNOTICE. `kind` is its `msg-id`, an open list. Its text is not a message. */
export const notice = z.object({
  type: z.literal('notice'),
  ...inChannel,
  notice_id: opaqueId,
  kind: z.string().min(1).max(64),
  user_id: opaqueId.nullable(),
  username: shownName.nullable(),
  display_name: shownName.nullable(),
  message: z.string().max(4096).nullable(),
  system_message: z.string().max(4096),
  /** Twitch's `msg-param-*` tags, without the prefix. */
  params: z.record(z.string(), z.string()),
  source_channel_id: channelId.nullable(),
  timestamp: epochMs,
})

/**
 * Reports that a joined channel was covered. `timestamp` is Twitch's time now; null before any line with a time was received.
 * From `covered_from` to `covered_to` (Twitch's time) the channel was covered without interruption; the next tick of the same
 * ingest continues from there. `covered_to` may lie before `timestamp`: later events may still be missing.
 */
export const tick = z.object({
  type: z.literal('tick'),
  ...inChannel,
  timestamp: epochMs.nullable(),
  covered_from: epochMs.nullable().default(null),
  covered_to: epochMs.nullable().default(null),
})

/** Twitch allows 140 characters; ingest clips what is longer than this. */
export const maxTitleLength = 300

/** A stream as Twitch's API reports it. */
export const liveStream = z.object({
  stream_id: opaqueId,
  /** Epoch ms by Twitch's clock. */
  started_at: epochMs,
  title: z.string().max(maxTitleLength),
  /** Empty: the channel has set none. */
  category: shownName,
  viewers: count,
})

/** What an answer says that the answer before did not. */
export const liveChange = z.enum(['started', 'ended', 'title', 'category'])

/**
 * Twitch's API answered for the channel, once per minute. `timestamp` is the channel's estimated time. An answer that is missing
 * is no event, so a stretch without events is unknown, and a null stream is offline.
 */
export const live = z.object({
  type: z.literal('live'),
  ...inChannel,
  timestamp: epochMs,
  stream: liveStream.nullable(),
  /** Against the last known answer. A change may be reported again after a restart or hand-off, with the same values. */
  changes: z.array(liveChange).max(liveChange.options.length),
})

/**
 * A person opted out: what is remembered of them becomes anonymous. Written once to each partition, and of no channel: readers of
 * one channel ignore it or apply it to everything that they hold.
 */
export const privacy = z.object({
  type: z.literal('privacy'),
  channel_id: z.literal('0'),
  channel_login: z.literal('_'),
  timestamp: z.null(),
  user_id: opaqueId,
  anonymous_id: opaqueId,
  /** The person's names as other people's texts may mention them, lower case. */
  names: z.array(shownName).max(maxNames),
})

/** A record's value on `twitch-chat-messages`. Its key is `channel_id`. */
export const chatEvent = z.discriminatedUnion('type', [chatMessage, moderation, notice, tick, live, privacy])

export type EmoteProvider = z.infer<typeof emoteProvider>
export type MessageMood = z.infer<typeof messageMood>
export type EmoteRange = z.infer<typeof emoteRange>
export type ChatMessage = z.infer<typeof chatMessage>
export type Moderation = z.infer<typeof moderation>
export type Notice = z.infer<typeof notice>
export type Tick = z.infer<typeof tick>
export type LiveStream = z.infer<typeof liveStream>
export type LiveChange = z.infer<typeof liveChange>
export type Live = z.infer<typeof live>
export type Privacy = z.infer<typeof privacy>
export type ChatEvent = z.infer<typeof chatEvent>
/** An event of one channel. */
export type ChannelEvent = Exclude<ChatEvent, Privacy>
