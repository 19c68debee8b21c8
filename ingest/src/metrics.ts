import { Counter, type Registry } from 'prom-client'
import { observedGauge } from '@chat-battle/runtime/process/metrics'
import type { LoginFailure } from './twitch/connection-options.ts'

export type IngestMetrics = ReturnType<typeof createIngestMetrics>

/** `observed` is asked whenever the metrics are read. */
export function createIngestMetrics(
  registry: Registry,
  observed: {
    connections: () => number
    joined: () => number
    bufferedBytes: () => number
    waitingJoins: () => number
    channelsOverLimit: () => number
    loggedOutSeconds: () => number
    clockSkewMs: () => number | null
  },
) {
  const registers = [registry]
  const gauge = (name: string, help: string, read: () => number) => observedGauge(registry, name, help, read)
  gauge('ingest_connections', 'Connections to Twitch that are logged in', observed.connections)
  gauge('ingest_joined_channels', 'Channels that are being listened to', observed.joined)
  gauge('ingest_buffer_bytes', 'Events waiting for Kafka', observed.bufferedBytes)
  gauge(
    'ingest_waiting_joins',
    'Joins waiting for their turn within the limit of Twitch',
    observed.waitingJoins,
  )
  gauge(
    'ingest_channels_over_limit',
    'Wanted channels beyond those that the Twitch account may join at once',
    observed.channelsOverLimit,
  )
  gauge(
    'ingest_logged_out_seconds',
    'How long a connection to Twitch has not been logged in; of several the longest',
    observed.loggedOutSeconds,
  )
  gauge(
    'ingest_clock_skew_seconds',
    "How far Twitch's clock is ahead of this installation's; 0 where both agree",
    () => (observed.clockSkewMs() ?? 0) / 1000,
  )
  const counter = (name: string, help: string) => new Counter({ name, help, registers })
  const loginFailures = new Counter({
    name: 'ingest_login_failures_total',
    help: 'Logins to Twitch that failed: without a token (no_token), or with one that Twitch refused (refused)',
    labelNames: ['reason'],
    registers,
  })
  // Starts at 0; otherwise Prometheus `increase()` misses the first event.
  for (const reason of ['no_token', 'refused'] satisfies LoginFailure[]) loginFailures.inc({ reason }, 0)
  return {
    lines: counter('ingest_lines_total', 'Lines received from Twitch'),
    events: new Counter({
      name: 'ingest_events_total',
      help: 'Events handed to Kafka, by type',
      labelNames: ['type'],
      registers,
    }),
    notUnderstood: counter('ingest_lines_not_understood_total', 'Lines that were logged and passed over'),
    dropped: counter(
      'ingest_events_dropped_total',
      'Events dropped because Kafka was away and the buffer full',
    ),
    loginFailures,
    reconnects: counter('ingest_reconnects_total', 'Connections to Twitch that ended'),
  }
}
