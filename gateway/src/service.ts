import { createServer, type IncomingMessage } from 'node:http'
import { monitoredChannelsTopic } from '@chat-battle/contracts/records/topics'
import { isSilent } from '@chat-battle/contracts/records/newer-frame'
import type { Health } from '@chat-battle/contracts/rest/routes/get-health'
import { trustInPeer } from '@chat-battle/runtime/http/client-address'
import { createKafka, prefixed } from '@chat-battle/runtime/kafka/client'
import { listen } from '@chat-battle/runtime/http/listen'
import { ProxyNotice } from '@chat-battle/runtime/http/proxy-notice'
import { refuseUpgrade } from '@chat-battle/runtime/http/refuse-upgrade'
import type { Logger } from '@chat-battle/runtime/process/logger'
import { createRegistry } from '@chat-battle/runtime/process/metrics'
import { createDeadLetters } from '@chat-battle/runtime/kafka/dead-letters'
import { createConflatingProducer } from '@chat-battle/runtime/kafka/conflating-producer'
import { ChannelAllowance } from './limits/channel-allowance.ts'
import type { GatewayConfig } from './config.ts'
import { LeaseWriter, leaseMs, renewEveryMs } from './kafka/lease-writer.ts'
import { createDeadLetterReader } from './kafka/dead-letter-reader.ts'
import { readView } from './kafka/view-reader.ts'
import { createLiveServer } from './live/live-server.ts'
import { createGatewayMetrics } from './metrics.ts'
import { createApp } from './rest/app.ts'
import { ChannelTime } from './current/channel-time.ts'
import { Channels } from './current/channels.ts'
import { StatsView } from './current/stats-view.ts'
import { StatusView } from './directory/status-view.ts'

/** Without a word from Kafka for so long, what is shown may be old. */
const kafkaAwayMs = 10_000

export interface Gateway extends AsyncDisposable {
  /** The port it listens on. */
  readonly port: number
}

export interface GatewayOverrides {
  /** How often the leases of subscribed channels are renewed. */
  renewEveryMs?: number
}

/** Serves from the start on; until the topics have been read once, it answers that it is not ready. */
export async function startGateway(
  config: GatewayConfig,
  logger: Logger,
  overrides: GatewayOverrides = {},
): Promise<Gateway> {
  const kafka = createKafka('gateway', config, logger)
  const registry = createRegistry()
  const statusView = new StatusView(config.MAX_CACHED_STATUSES)
  const statsView = new StatsView(config.MAX_CACHED_WINDOWS, (id) => statusView.loginOf(id) !== undefined)
  const time = new ChannelTime(() => performance.now())
  const channels = new Channels(statsView, statusView, (id, skewMs) => time.at(id, Date.now() + skewMs))
  const metrics = createGatewayMetrics(registry, {
    sockets: () => live.socketCount,
    subscribedChannels: () => live.subscribedChannels().length,
    cachedChannels: () => statsView.channelCount,
    cachedWindows: () => statsView.windowCount,
    lag: () => view.lag(),
    clockSkewMs: () => statusView.clockSkewMs() ?? 0,
  })
  let phase: 'starting' | 'serving' | 'stopping' = 'starting'
  let newestFrameAtMs: number | undefined
  const isKafkaHeard = () => performance.now() - view.heardAtMs() < kafkaAwayMs
  // What is in memory is still right while Kafka is away for a moment; health tells, and requests are served.
  const isReady = () => phase === 'serving'

  const leaseProducer = await createConflatingProducer(kafka, {
    topic: prefixed(config, monitoredChannelsTopic.name),
    logger,
  })
  const deadLetters = await createDeadLetters(kafka, {
    settings: config,
    logger,
    registry,
    reader: 'gateway',
  })
  const renewMs = overrides.renewEveryMs ?? renewEveryMs
  const leases = new LeaseWriter(leaseProducer, () => metrics.leases.inc(), renewMs)
  const allowance = new ChannelAllowance({
    maxChannels: config.MAX_CHANNELS_PER_ADDRESS,
    countsForMs: leaseMs,
  })
  const health = (): Health => ({
    status: phase === 'serving' ? (isKafkaHeard() ? 'ok' : 'degraded') : phase,
    kafka: { connected: phase !== 'starting' && isKafkaHeard(), lag: view.lag() },
    cache: {
      channels: statsView.channelCount,
      windows: statsView.windowCount,
      age_ms: newestFrameAtMs === undefined ? null : Math.round(performance.now() - newestFrameAtMs),
    },
    // Figures are right all the same, so this alone does not degrade the service.
    clock_skew_ms: statusView.clockSkewMs(),
  })

  const trustsProxy = trustInPeer(config.GATEWAY_TRUSTED_PROXIES)
  const edge = { corsOrigins: config.CORS_ORIGINS, trustsProxy, logger }
  const app = createApp({
    ...edge,
    channels,
    statusView,
    leases,
    allowance,
    health,
    isReady,
    requestsPerMinute: config.RATE_LIMIT_PER_MINUTE,
    operatorToken: config.OPERATOR_TOKEN,
    readDeadLetters: createDeadLetterReader(kafka, config, logger, deadLetters),
    registry,
    metrics,
  })
  const http = createServer({ headersTimeout: 10_000, requestTimeout: 15_000, maxHeaderSize: 16 * 1024 }, app)
  http.on('connect', (_request, socket) => refuseUpgrade(socket))
  const live = createLiveServer({
    ...edge,
    http,
    channels,
    allowance,
    onSubscribed: (login) => leases.renew(login),
    isReady,
    metrics,
    maxSocketsPerAddress: config.MAX_SOCKETS_PER_ADDRESS,
  })
  const notice = new ProxyNotice('GATEWAY_TRUSTED_PROXIES', trustsProxy, logger)
  for (const event of ['request', 'upgrade'])
    http.on(event, (request: IncomingMessage) => notice.check(request))
  /** Zeros of a joined channel are figures, too, and move on to the next window without a frame. */
  const publishIfSilent = (login: string) => {
    const current = channels.current(login)
    if (current !== null && isSilent(current)) live.publishStats(current)
  }
  const view = await readView(kafka, config, logger, deadLetters, {
    onStats(stats) {
      newestFrameAtMs = performance.now()
      const change = statsView.apply(stats)
      metrics.frames.inc({ change })
      if (phase !== 'serving' || change === 'none' || change === 'past') return
      if (change === 'current') time.learn(stats)
      for (const frame of channels.framesFor(stats)) live.publishStats(frame)
    },
    onStatus(record) {
      const changed = statusView.apply(record)
      if (phase !== 'serving' || changed === undefined) return
      live.publishStatus(changed)
      // The login may belong to another channel now, or to one whose frames came before this.
      const current = channels.current(changed.channel_login)
      if (current !== null) live.publishStats(current)
    },
    onStatusDeleted(login, atMs) {
      const changed = statusView.forget(login, atMs)
      if (phase === 'serving' && changed !== undefined) live.publishStatus(changed)
    },
  })
  const renewal = setInterval(() => {
    for (const login of live.subscribedChannels()) {
      leases.renew(login)
      publishIfSilent(login)
    }
  }, renewMs)

  const port = await listen(http, config.GATEWAY_PORT, config.HOST, { isShared: config.SHARE_PORTS })
  void view.caughtUp.then(() => {
    if (phase !== 'starting') return
    phase = 'serving'
    logger.info({ channels: statsView.channelCount, windows: statsView.windowCount }, 'serving')
  })

  return {
    port,
    async [Symbol.asyncDispose]() {
      phase = 'stopping'
      clearInterval(renewal)
      await live.close()
      http.closeAllConnections()
      await view[Symbol.asyncDispose]()
      await Promise.all([leaseProducer[Symbol.asyncDispose](), deadLetters[Symbol.asyncDispose]()])
    },
  }
}
