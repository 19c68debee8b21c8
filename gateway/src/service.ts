import { createServer } from 'node:http'
import { monitoredChannelsTopic } from '@chat-battle/contracts/topics'
import type { Health } from '@chat-battle/contracts/rest'
import { trustIn } from '@chat-battle/service/client-address'
import { createKafka, prefixed } from '@chat-battle/service/kafka'
import { listen } from '@chat-battle/service/listen'
import { refuseUpgrade } from '@chat-battle/service/refuse-upgrade'
import type { Logger } from '@chat-battle/service/logger'
import { createRegistry } from '@chat-battle/service/metrics'
import { createPoisonKeeper } from '@chat-battle/service/poison'
import { createNewestWinsProducer } from '@chat-battle/service/newest-wins-producer'
import { ChannelAllowance } from './channel-allowance.ts'
import type { GatewayConfig } from './config.ts'
import { LeaseWriter, leaseMs, renewEveryMs } from './kafka/lease-writer.ts'
import { createPoisonReader } from './kafka/poison-reader.ts'
import { readView } from './kafka/view-reader.ts'
import { createLiveServer } from './live/live-server.ts'
import { createGatewayMetrics } from './metrics.ts'
import { createApp } from './rest/app.ts'
import { createChannels } from './view/channels.ts'
import { StatsView } from './view/stats-view.ts'
import { StatusView } from './view/status-view.ts'

/** Without a word from Kafka for so long, what is shown may be old. */
const kafkaAwayMs = 10_000

export interface Gateway extends AsyncDisposable {
  /** The port it listens on. */
  readonly port: number
}

/** Serves from the start on; until the topics have been read once, it answers that it is not ready. */
export async function startGateway(config: GatewayConfig, logger: Logger): Promise<Gateway> {
  const kafka = createKafka('gateway', config, logger)
  const registry = createRegistry()
  const statusView = new StatusView(config.MAX_CACHED_STATUSES)
  const statsView = new StatsView(config.MAX_CACHED_WINDOWS, (login) => statusView.isListenedTo(login))
  const channels = createChannels(statsView, statusView, Date.now)
  const metrics = createGatewayMetrics(registry, {
    sockets: () => live.socketCount,
    subscribedChannels: () => live.subscribedChannels().length,
    cachedChannels: () => statsView.channelCount,
    cachedWindows: () => statsView.windowCount,
    lag: () => view.lag(),
  })
  let phase: 'starting' | 'serving' | 'stopping' = 'starting'
  let newestFrameAtMs: number | undefined
  const isKafkaHeard = () => performance.now() - view.heardAtMs() < kafkaAwayMs
  // What is in memory is still right while Kafka is away for a moment; health tells, and requests are served.
  const isReady = () => phase === 'serving'

  const leaseProducer = await createNewestWinsProducer(kafka, {
    topic: prefixed(config, monitoredChannelsTopic.name),
    logger,
  })
  const poison = await createPoisonKeeper(kafka, { settings: config, logger, registry, reader: 'gateway' })
  const leases = new LeaseWriter(leaseProducer, () => metrics.leases.inc())
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
  })

  const app = createApp({
    channels,
    statusView,
    leases,
    allowance,
    health,
    isReady,
    corsOrigins: config.CORS_ORIGINS,
    trustedProxies: config.TRUSTED_PROXIES,
    requestsPerMinute: config.RATE_LIMIT_PER_MINUTE,
    operatorToken: config.OPERATOR_TOKEN,
    readPoison: createPoisonReader(kafka, config, logger, poison),
    registry,
    metrics,
    logger,
  })
  const http = createServer({ headersTimeout: 10_000, requestTimeout: 15_000, maxHeaderSize: 16 * 1024 }, app)
  http.on('connect', (_request, socket) => refuseUpgrade(socket))
  const live = createLiveServer({
    http,
    channels,
    allowance,
    onSubscribed: (login) => leases.renew(login),
    isReady,
    metrics,
    logger,
    corsOrigins: config.CORS_ORIGINS,
    trustsProxy: trustIn(config.TRUSTED_PROXIES),
    maxSocketsPerAddress: config.MAX_SOCKETS_PER_ADDRESS,
  })
  /** A channel that was joined and is silent has no frames; its zeros are figures, too, and move on to the next window. */
  const publishIfSilent = (login: string) => {
    const current = channels.current(login)
    if (current?.revision === 0) live.publishStats(current)
  }
  const view = await readView(kafka, config, logger, poison, {
    onStats(stats) {
      newestFrameAtMs = performance.now()
      const change = statsView.apply(stats)
      metrics.frames.inc({ change })
      if (phase === 'serving' && (change === 'current' || change === 'closed')) live.publishStats(stats)
    },
    onStatus(record) {
      const changed = statusView.apply(record)
      if (phase !== 'serving' || changed === undefined) return
      live.publishStatus(changed)
      publishIfSilent(changed.channel_login)
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
  }, renewEveryMs)

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
      await Promise.all([leaseProducer[Symbol.asyncDispose](), poison[Symbol.asyncDispose]()])
    },
  }
}
