import type { Registry } from 'prom-client'
import { serveMetrics } from '@chat-battle/runtime/process/metrics'
import type { TwitchClock } from './clock/twitch-clock.ts'
import type { IngestConfig } from './config.ts'
import type { EventProducer } from './kafka/event-producer.ts'
import type { LeaseReader } from './kafka/lease-reader.ts'
import type { Membership } from './membership/membership.ts'
import { observeIngest } from './metrics.ts'
import type { StreamPoller } from './streams/stream-poller.ts'
import type { ConnectionPool } from './twitch/connection-pool.ts'
import type { RateLimiter } from './twitch/rate-limiter.ts'

/** A reconnect is no problem before: its backoff is at most 30 s. */
const usualLoginWithinMs = 45_000

export interface ServedIngest {
  registry: Registry
  membership: Membership
  twitchClock: TwitchClock
  pool: ConnectionPool
  joinLimiter: RateLimiter
  producer: EventProducer
  leaseReader: LeaseReader
  streams: Pick<StreamPoller, 'failingForMs'>
}

/** Serves metrics and health. `loginWithinMs`: how long a connection may be logged out before health reports it. */
export function serveIngest(
  config: IngestConfig,
  { registry, membership, twitchClock, pool, joinLimiter, producer, leaseReader, streams }: ServedIngest,
  { loginWithinMs = usualLoginWithinMs }: { loginWithinMs?: number },
): Promise<AsyncDisposable> {
  observeIngest(registry, {
    connections: () => pool.readyConnections,
    joined: () => membership.joinedCount,
    bufferedBytes: () => producer.bufferedBytes,
    waitingJoins: () => joinLimiter.waiting,
    channelsOverLimit: () => pool.channelsOverLimit,
    loggedOutSeconds: () => pool.loggedOutForMs / 1000,
    clockSkewMs: () => twitchClock.skewMs,
    apiFailingSeconds: () => streams.failingForMs / 1000,
  })
  return serveMetrics(registry, {
    host: config.HOST,
    port: config.INGEST_METRICS_PORT,
    operatorToken: config.OPERATOR_TOKEN,
    isHealthy: () => leaseReader.isMember(),
    problems: () => loginProblems(pool.loggedOutForMs, loginWithinMs),
  })
}

function loginProblems(loggedOutForMs: number, withinMs: number): string[] {
  if (loggedOutForMs < withinMs) return []
  return [`not logged in to Twitch for ${Math.floor(loggedOutForMs / 1000)} s`]
}
