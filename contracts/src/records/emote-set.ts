import { z } from '../zod.ts'
import { channelId, channelLogin, count, epochMs } from '../primitives.ts'

/**
 * The emotes of a channel, or of every channel, at one provider: records of the compacted topic `emote-sets`. A set is a head
 * and parts: the head names the content whose parts belong to it. Parts are written before their head, so that every moment's
 * records hold a whole set.
 */

/** The sources of emotes besides Twitch. */
export const setProviders = ['7tv', 'bttv', 'ffz'] as const
export const setProvider = z.enum(setProviders)

/** A channel or a provider may bring no more. */
export const maxEmotesOfSet = 5000
export const maxBotsOfSet = 500
export const maxModifiersOfSet = 500
/** A part's JSON is smaller: a record's limit is 1 MB. */
export const maxPartBytes = 600_000

const emoteId = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/)
const emoteName = z.string().min(1).max(100)
const fileName = z.string().regex(/^[A-Za-z0-9_][A-Za-z0-9._-]{0,63}$/)
/** Without a slash at either end, and without `..`. */
const folder = z.string().regex(/^[A-Za-z0-9_-]{1,64}(\/[A-Za-z0-9_-]{1,64}){0,4}$/)
/** A path below a folder; at most one further folder. */
export const pictureFile = /^([A-Za-z0-9_-]{1,32}\/)?[A-Za-z0-9_][A-Za-z0-9._-]{0,63}$/
const filePath = z.string().regex(pictureFile)

/** How many times larger than the smallest a picture is. */
export const pictureScales = ['1', '2', '3', '4'] as const
const scale = z.enum(pictureScales)

export const setEmote = z.object({
  id: emoteId,
  /** What people write; of 7TV the channel's own name for it. Matched exactly, as a whole word. */
  name: emoteName,
  /** It lies over the emote before it. */
  is_zero_width: z.boolean(),
  is_animated: z.boolean(),
  /** Where its pictures lie below the provider's CDN address: `folder`/`files[scale]`. */
  folder,
  files: z.partialRecord(scale, filePath),
  /** Pictures that do not move, for an animated emote. */
  still_files: z.partialRecord(scale, filePath),
})

const ofSet = {
  /** Null: the emotes of every channel. */
  channel_id: channelId.nullable(),
  provider: setProvider,
  /** Names the emotes: a digest of them. */
  content: fileName,
}

export const emoteSetHead = z.object({
  type: z.literal('head'),
  ...ofSet,
  /** When the provider answered, epoch ms of ingest's clock. The head is written again at each refresh. */
  fetched_at: epochMs,
  /** How many parts `content` has: 0 for a set without emotes. */
  parts: count.max(1000),
  emote_count: count.max(maxEmotesOfSet),
  /** Names that alter the emote beside them: neither emotes nor words. */
  modifiers: z.array(emoteName).max(maxModifiersOfSet),
  /** People whom the channel named as bots at this provider: BetterTTV by login, FrankerFaceZ by id. */
  bot_logins: z.array(channelLogin).max(maxBotsOfSet),
  bot_user_ids: z.array(channelId).max(maxBotsOfSet),
})

export const emoteSetPart = z.object({
  type: z.literal('part'),
  ...ofSet,
  /** From 0. */
  part: count.max(999),
  emotes: z.array(setEmote).max(maxEmotesOfSet),
})

/** A record's value on `emote-sets`. */
export const emoteSetRecord = z.discriminatedUnion('type', [emoteSetHead, emoteSetPart])

export type SetProvider = z.infer<typeof setProvider>
export type SetEmote = z.infer<typeof setEmote>
export type EmoteSetHead = z.infer<typeof emoteSetHead>
export type EmoteSetPart = z.infer<typeof emoteSetPart>
export type EmoteSetRecord = z.infer<typeof emoteSetRecord>
/** Which set: of a channel or of every channel (null), at a provider. */
export type SetOwner = Pick<EmoteSetHead, 'channel_id' | 'provider'>

/** Names a set, and is the record key of its head. */
export function emoteSetKey({ channel_id, provider }: SetOwner): string {
  return `${channel_id ?? 'global'}:${provider}`
}

/** The record key of a part. */
export function emotePartKey(part: SetOwner & Pick<EmoteSetPart, 'content' | 'part'>): string {
  return `${emoteSetKey(part)}:${part.content}:${part.part}`
}
