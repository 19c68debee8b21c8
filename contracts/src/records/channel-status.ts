import { z } from '../zod.ts'
import { channelId, channelLogin, count, epochMs } from '../primitives.ts'

/** A time in which messages may have been missed, epoch ms. */
export const gap = z.object({
  from: epochMs,
  to: epochMs,
  /** The cause, e.g. `twitch_disconnected`, `ingest_down`, `buffer_overflow`. */
  reason: z.string().max(64),
})

/** The public status of a channel: the `status` event and every REST body with a status. */
export const channelStatus = z.object({
  channel_login: channelLogin,
  /** Null until Twitch has confirmed the first join. */
  channel_id: channelId.nullable(),
  state: z.enum([
    'joining',
    'joined',
    'not_found',
    'suspended',
    /** Twitch refuses this account in the channel. */
    'banned',
    /** The account has joined as many channels as it may. */
    'limit_reached',
    'reconnecting',
    'parted',
  ]),
  /** Start of this state, epoch ms of ingest's clock. */
  since: epochMs,
  /** Newest last, bounded. */
  gaps: z.array(gap),
  /** How far Twitch's clock is ahead of this installation's clock; null: below the reporting threshold. */
  clock_skew_ms: z.int().nullable().default(null),
})

/** A record's value on `channel-status`, keyed by channel login. */
export const channelStatusRecord = channelStatus.extend({
  /** The ingest that wrote the record. */
  ingest: z.string().max(128),
  /** Grows with each assignment of the channel. Readers ignore a record with an older epoch than the known one. */
  epoch: count,
  /** The channel is covered until this time; the next owner's gap begins here. */
  heard_until: epochMs.nullable(),
})

export type Gap = z.infer<typeof gap>
export type ChannelStatus = z.infer<typeof channelStatus>
export type ChannelStatusRecord = z.infer<typeof channelStatusRecord>
