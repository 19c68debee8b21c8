import { z } from 'zod'
import { channelStats } from '../records/channel-stats.ts'
import { channelStatus } from '../records/channel-status.ts'
import { requestError } from './errors.ts'
import { channelLogin, count, epochMs } from '../primitives.ts'

/** What the body of a request may have: nothing here reads one but Socket.IO, where it polls. */
export const maxBodyBytes = 16 * 1024

/** How many channels one request may name in `channels`, and one page of `GET /api/channels` may hold. */
export const maxChannelsPerRequest = 8
export const defaultPageSize = 100
export const maxPageSize = 1000

/** `GET /api/channels`: a page of the monitored channels, by login. */
export const channelList = z.object({
  channels: z.array(channelStatus),
  /** `?cursor=` of the next page; null on the last one. */
  next_cursor: z.string().nullable(),
})

/** `GET /api/snapshots?channels=a,b`: one entry per name, in the order of the request. */
export const snapshots = z.object({
  snapshots: z.array(
    z.object({
      /** The name as it was sent. */
      asked: z.string(),
      /** Null for a channel that is not monitored. */
      status: channelStatus.nullable(),
      stats: channelStats.nullable(),
      /** Why there are no statistics. */
      error: requestError.nullable(),
    }),
  ),
})

/** `POST /api/watch?channels=a,b` → 202: one entry per name, in the order of the request. */
export const leasesTaken = z.object({
  leases: z.array(
    z.object({
      /** The name as it was sent. */
      asked: z.string(),
      channel_login: channelLogin.nullable(),
      lease_until: epochMs.nullable(),
      error: requestError.nullable(),
    }),
  ),
})

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
export type Snapshots = z.infer<typeof snapshots>
export type Snapshot = Snapshots['snapshots'][number]
export type LeasesTaken = z.infer<typeof leasesTaken>
export type LeaseTaken = LeasesTaken['leases'][number]
export type WatchAccepted = z.infer<typeof watchAccepted>
export type Health = z.infer<typeof health>
