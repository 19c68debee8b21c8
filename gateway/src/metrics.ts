import { Counter, Histogram, type Registry } from 'prom-client'
import { pictureOrigins } from './pictures/pictures.ts'
import { observedGauge } from '@chat-battle/runtime/process/metrics'

export type GatewayMetrics = ReturnType<typeof createGatewayMetrics>

export interface Observed {
  sockets: () => number
  subscribedChannels: () => number
  watchedChats: () => number
  cachedChannels: () => number
  cachedWindows: () => number
  lag: () => number
  /** How far Twitch's clock is ahead, ms; 0: no channel reports a skew. */
  clockSkewMs: () => number
}

/** `observed` is read at every scrape. */
export function createGatewayMetrics(registry: Registry, observed: Observed) {
  const registers = [registry]
  const gauge = (name: string, help: string, read: () => number) => observedGauge(registry, name, help, read)
  gauge('gateway_sockets', 'Live sockets', observed.sockets)
  gauge('gateway_subscribed_channels', 'Channels that a socket is subscribed to', observed.subscribedChannels)
  gauge('gateway_watched_chats', 'Channels whose messages a socket watches', observed.watchedChats)
  gauge('gateway_cached_channels', 'Channels with a window in memory', observed.cachedChannels)
  gauge('gateway_cached_windows', 'Windows in memory', observed.cachedWindows)
  gauge('gateway_lag_records', 'Records of the topics that are not applied yet', observed.lag)
  gauge(
    'gateway_clock_skew_seconds',
    'How far Twitch is ahead of the clock of this installation; 0 below the reporting threshold',
    () => observed.clockSkewMs() / 1000,
  )
  return {
    frames: new Counter({
      name: 'gateway_frames_total',
      help: 'Frames received, by what they change for subscribers',
      labelNames: ['change'],
      registers,
    }),
    packets: new Counter({
      name: 'gateway_packets_total',
      help: 'Packets for sockets: written, held for a slow socket, or replaced by a newer one while held',
      labelNames: ['what'],
      registers,
    }),
    webhooks: new Counter({
      name: 'gateway_webhooks_total',
      help: 'Reports for webhooks, by what became of them',
      labelNames: ['result'],
      registers,
    }),
    refused: new Counter({
      name: 'gateway_refused_total',
      help: 'Refused requests, by kind of error',
      labelNames: ['kind'],
      registers,
    }),
    chatRecords: new Counter({
      name: 'gateway_chat_records_total',
      help: 'Chat records of watched channels, decoded or undecodable',
      labelNames: ['what'],
      registers,
    }),
    chatSkipped: new Counter({
      name: 'gateway_chat_skipped_total',
      help: 'Chat messages that sockets missed because they were slower than the chat',
      registers,
    }),
    leases: new Counter({ name: 'gateway_leases_total', help: 'Leases written', registers }),
    requestSeconds: new Histogram({
      name: 'gateway_http_request_duration_seconds',
      help: 'Duration of requests',
      labelNames: ['method', 'route', 'status'],
      buckets: [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5],
      registers,
    }),
  }
}

/** `bytes` is read at every scrape. */
export function createPictureMetrics(registry: Registry, bytes: () => number) {
  observedGauge(registry, 'gateway_picture_bytes', 'Bytes of pictures of emotes on disk', bytes)
  const answers = new Counter({
    name: 'gateway_pictures_total',
    help: 'Requested pictures of emotes, by where the answer came from',
    labelNames: ['origin'],
    registers: [registry],
  })
  // Starts at 0; otherwise Prometheus `increase()` misses the first event.
  for (const origin of pictureOrigins) answers.inc({ origin }, 0)
  return answers
}
