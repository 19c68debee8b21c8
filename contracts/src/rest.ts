import { z } from 'zod'
import { channelStatus } from './channel-status.ts'
import { channelLogin, count, epochMs } from './primitives.ts'

/** What the body of a request may have: nothing here reads one but Socket.IO, where it polls. */
export const maxBodyBytes = 16 * 1024

/** `GET /api/channels` */
export const channelList = z.object({ channels: z.array(channelStatus) })

/** `POST /api/channels/:channel/watch` → 202 */
export const watchAccepted = z.object({ channel_login: channelLogin, lease_until: epochMs })

/** `GET /api/health` → 200 `ok`, or 503 `starting`, `degraded`, `stopping` */
export const health = z.object({
  status: z.enum(['ok', 'starting', 'degraded', 'stopping']),
  kafka: z.object({ connected: z.boolean(), lag: count }),
  cache: z.object({
    channels: count,
    windows: count,
    /** Time since the newest frame was taken in; null before the first. */
    age_ms: count.nullable(),
  }),
  /** How far Twitch's time is ahead of this installation's clock, where that is too far. Figures are right all the same. */
  clock_skew_ms: z.int().nullable(),
})

export type ChannelList = z.infer<typeof channelList>
export type WatchAccepted = z.infer<typeof watchAccepted>
export type Health = z.infer<typeof health>
