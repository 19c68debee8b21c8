import { z } from '../zod.ts'
import { channelId, channelLogin, count, epochMs, opaqueId, shownName } from '../primitives.ts'

/** A stretch of channel time, epoch ms, `to` exclusive. */
export const timeRange = z.object({ from: epochMs, to: epochMs })

/**
 * The statistics of one channel and window: a record's value on `channel-stats`, the `stats` event, and the body of
 * `GET /api/channels/:channel/stats`. Every figure includes mirrored messages.
 */
export const channelStats = z.object({
  channel_id: channelId,
  channel_login: channelLogin,
  window_start: epochMs,
  window_end: epochMs,
  /** The input offset that this is the result of, plus one: grows, also across restarts. Zero: nothing heard yet. */
  revision: count,
  /** True once and for all: the window is closed. */
  final: z.boolean(),
  message_count: count,
  /** Of `message_count`: mirrored from another channel by Shared Chat. */
  mirrored_count: count,
  /** Of `message_count`: written by known bots. */
  bot_messages: count,
  unique_chatters: count,
  first_time_chatters: count,
  subscriber_messages: count,
  bits: count,
  moderated_messages: count,
  moderated_users: count,
  /** At most ten, most first, ties by id ascending. Occurrences, not messages. */
  top_emotes: z.array(z.object({ id: opaqueId, name: shownName, count })),
  /** At most ten, most first, ties by id ascending; without the banned and timed out. */
  top_chatters: z.array(z.object({ user_id: opaqueId, username: shownName, count, bot: z.boolean() })),
  notices: z.record(z.string(), count),
  /** Messages per `step_ms` from `window_start` on. */
  series: z.object({ step_ms: count, counts: z.array(count) }),
  first_message_at: epochMs.nullable(),
  last_message_at: epochMs.nullable(),
  /** Events that arrived while this window was open and belonged to one already closed. */
  late_count: count,
  /**
   * The parts of the window in which the channel was covered, in order and apart. Outside them a zero means nothing.
   * Null: written by a version that did not record it.
   */
  coverage: z.array(timeRange).nullable().default(null),
})

export type TimeRange = z.infer<typeof timeRange>
export type ChannelStats = z.infer<typeof channelStats>

/** The record key of a frame. A final frame has a key of its own, so that no late frame can stand in for it. */
export function statsKey(stats: Pick<ChannelStats, 'channel_id' | 'window_start' | 'final'>): string {
  return `${stats.channel_id}:${stats.window_start}${stats.final ? ':final' : ''}`
}
