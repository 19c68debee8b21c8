import { z } from '../zod.ts'
import { channelId, channelLogin, count, epochMs } from '../primitives.ts'
import { figureSchemas } from './figures.ts'

export { timeRange, type TimeRange } from './figures.ts'

/**
 * The statistics of one channel and window: a record's value on `channel-stats`, the `stats` event, and the body of
 * `GET /api/channels/:channel/stats`. `figures.ts` describes each figure.
 */
export const channelStats = z.object({
  channel_id: channelId,
  channel_login: channelLogin,
  window_start: epochMs,
  window_end: epochMs,
  /** Offset of the last applied input record, plus one. Never decreases, also across restarts. 0: no record yet. */
  revision: count,
  /** The window is closed: no later frame changes it. */
  final: z.boolean(),
  ...figureSchemas,
})

export type ChannelStats = z.infer<typeof channelStats>

/** The record key of a frame. A final frame has its own key, so that no late frame replaces it. */
export function statsKey(stats: Pick<ChannelStats, 'channel_id' | 'window_start' | 'final'>): string {
  return `${stats.channel_id}:${stats.window_start}${stats.final ? ':final' : ''}`
}
