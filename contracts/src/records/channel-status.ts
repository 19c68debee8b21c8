import { z } from '../zod.ts'
import { channelId, channelLogin, count, epochMs } from '../primitives.ts'

/** A stretch of time in which messages may have been missed. */
export const gap = z.object({
  from: epochMs,
  to: epochMs,
  /** In which part it happened, e.g. `twitch_disconnected`, `ingest_down`, `buffer_overflow`. */
  reason: z.string().max(64),
})

/** What the outside sees of a channel: the `status` event and every REST body with a status. */
export const channelStatus = z.object({
  channel_login: channelLogin,
  /** Null until Twitch has told it. */
  channel_id: channelId.nullable(),
  state: z.enum([
    'joining',
    'joined',
    'not_found',
    'suspended',
    /** Twitch refuses this account in the channel. */
    'banned',
    /** The account may not join more channels at once. */
    'limit_reached',
    'reconnecting',
    'parted',
  ]),
  /** When this state began. */
  since: epochMs,
  /** Newest last, bounded. */
  gaps: z.array(gap),
  /** How far Twitch's time is ahead of this installation's clock, where that is too far; null where it is not. */
  clock_skew_ms: z.int().nullable().default(null),
})

/** A record's value on `channel-status`, keyed by channel login. */
export const channelStatusRecord = channelStatus.extend({
  /** Which ingest wrote this. */
  ingest: z.string().max(128),
  /** Grows with each assignment of the channel; readers ignore a record older than the one they have. */
  epoch: count,
  /** Up to when the channel has certainly been listened to; where the next owner's gap begins. */
  heard_until: epochMs.nullable(),
})

export type Gap = z.infer<typeof gap>
export type ChannelStatus = z.infer<typeof channelStatus>
export type ChannelStatusRecord = z.infer<typeof channelStatusRecord>
