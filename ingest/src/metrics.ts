import { Counter, Gauge, type Registry } from 'prom-client'
import type { SetProvider } from '@chat-battle/contracts/records/emote-set'
import { observedGauge } from '@chat-battle/runtime/process/metrics'
import { fetchResults, type FetchResult } from './emotes/refresh/fetch-set.ts'
import type { LoginFailure } from './twitch/connection-options.ts'

export type IngestMetrics = ReturnType<typeof createIngestMetrics>

/** The counters of ingest. */
export function createIngestMetrics(registry: Registry) {
  const registers = [registry]
  const counter = (name: string, help: string) => new Counter({ name, help, registers })
  const loginFailures = new Counter({
    name: 'ingest_login_failures_total',
    help: 'Failed logins to Twitch, by reason: no_token (no access token) or refused (Twitch refused the token)',
    labelNames: ['reason'],
    registers,
  })
  // Starts at 0; otherwise Prometheus `increase()` misses the first event.
  for (const reason of ['no_token', 'refused'] satisfies LoginFailure[]) loginFailures.inc({ reason }, 0)
  const apiRequests = new Counter({
    name: 'ingest_twitch_api_requests_total',
    help: "Requests to Twitch's API for viewer counts, by outcome: answered, rate_limited or failed",
    labelNames: ['outcome'],
    registers,
  })
  for (const outcome of ['answered', 'rate_limited', 'failed']) apiRequests.inc({ outcome }, 0)
  return {
    apiRequests,
    lines: counter('ingest_lines_total', 'Lines received from Twitch'),
    events: new Counter({
      name: 'ingest_events_total',
      help: 'Events passed to the Kafka producer, by type',
      labelNames: ['type'],
      registers,
    }),
    notUnderstood: counter(
      'ingest_lines_not_understood_total',
      'Lines that could not be decoded; each is logged',
    ),
    dropped: counter(
      'ingest_events_dropped_total',
      'Events dropped because Kafka was away and the buffer full',
    ),
    optOutRequests: counter('ingest_opt_out_requests_total', 'People who opted out by the command'),
    loginFailures,
    reconnects: counter('ingest_reconnects_total', 'Lost connections to Twitch'),
  }
}

/** The metrics of the sets of emotes. `oldestMs`: the age of a provider's oldest set that is in use. */
export function createEmoteMetrics(
  registry: Registry,
  providers: Iterable<SetProvider>,
  observed: { oldestMs: (provider: SetProvider) => number; emotes: () => number },
) {
  const registers = [registry]
  observedGauge(registry, 'ingest_emotes', 'Emotes of third-party sets in memory', observed.emotes)
  const fetches = new Counter({
    name: 'ingest_emote_fetches_total',
    help: 'Requests for sets of emotes, by provider and result',
    labelNames: ['provider', 'result'],
    registers,
  })
  const skipped = new Counter({
    name: 'ingest_emotes_skipped_total',
    help: 'Emotes left out of sets because they could not be decoded or were too many, by provider',
    labelNames: ['provider'],
    registers,
  })
  new Gauge({
    name: 'ingest_emote_set_oldest_seconds',
    help: 'Age of the oldest set of emotes in use, by provider; of a set that was never fetched, since it is wanted',
    labelNames: ['provider'],
    registers,
    collect() {
      for (const provider of providers) this.set({ provider }, observed.oldestMs(provider) / 1000)
    },
  })
  for (const provider of providers) {
    skipped.inc({ provider }, 0)
    for (const result of fetchResults) fetches.inc({ provider, result }, 0)
  }
  return {
    onFetched(provider: SetProvider, result: FetchResult, skippedEmotes: number): void {
      fetches.inc({ provider, result })
      skipped.inc({ provider }, skippedEmotes)
    },
  }
}

/** Each value is read at each scrape. */
export interface ObservedIngest {
  connections: () => number
  joined: () => number
  bufferedBytes: () => number
  waitingJoins: () => number
  channelsOverLimit: () => number
  loggedOutSeconds: () => number
  clockSkewMs: () => number | null
  apiFailingSeconds: () => number
}

/** The gauges of ingest. */
export function observeIngest(registry: Registry, observed: ObservedIngest): void {
  const gauge = (name: string, help: string, read: () => number) => observedGauge(registry, name, help, read)
  gauge('ingest_connections', 'Connections to Twitch that are logged in', observed.connections)
  gauge('ingest_joined_channels', 'Channels that are joined', observed.joined)
  gauge('ingest_buffer_bytes', 'Bytes of events that wait for Kafka', observed.bufferedBytes)
  gauge('ingest_waiting_joins', "Joins that wait for their turn within Twitch's limit", observed.waitingJoins)
  gauge(
    'ingest_channels_over_limit',
    "Wanted channels over the Twitch account's limit of joined channels",
    observed.channelsOverLimit,
  )
  gauge(
    'ingest_logged_out_seconds',
    'How long a connection to Twitch has been logged out; of several connections the longest',
    observed.loggedOutSeconds,
  )
  gauge(
    'ingest_twitch_api_failing_seconds',
    "How long Twitch's API has given no viewer counts; 0: the last request succeeded",
    observed.apiFailingSeconds,
  )
  gauge(
    'ingest_clock_skew_seconds',
    "How far Twitch's clock is ahead of the broker's; 0: both agree",
    () => (observed.clockSkewMs() ?? 0) / 1000,
  )
}
