import { trustInPeer } from '@chat-battle/runtime/http/client-address'
import { listen } from '@chat-battle/runtime/http/listen'
import { createCassandra } from '@chat-battle/runtime/cassandra/client'
import { createKafka } from '@chat-battle/runtime/kafka/client'
import type { Logger } from '@chat-battle/runtime/process/logger'
import { personHashOf } from '@chat-battle/runtime/process/person-hash'
import { createRegistry } from '@chat-battle/runtime/process/metrics'
import { allStarted, startOwned } from '@chat-battle/runtime/process/owned'
import { ArchiveReader } from './archive/archive-reader.ts'
import { EmoteUsageReader, maxUsageReads } from './archive/emote-usage.ts'
import { Places } from './limits/places.ts'
import type { GatewayConfig } from './config.ts'
import type { StatsView } from './current/stats-view.ts'
import { Intake } from './intake.ts'
import { createState, type GatewayState } from './state.ts'
import { healthOf } from './health.ts'
import { createHttpServer } from './http-server.ts'
import { ChatReader } from './kafka/chat-reader.ts'
import { leaseMs, renewEveryMs, type LeaseWriter } from './kafka/lease-writer.ts'
import { readView } from './kafka/view-reader.ts'
import { startWriters } from './kafka/writers.ts'
import { ChannelAllowance } from './limits/channel-allowance.ts'
import { createLiveServer, type LiveOptions, type LiveServer } from './live/live-server.ts'
import { createGatewayMetrics, type Observed } from './metrics.ts'
import { openOperator } from './operator/open-operator.ts'
import { openOptOuts } from './opt-outs/open-opt-outs.ts'
import { Phase } from './phase.ts'
import { startPictures } from './pictures/start-pictures.ts'
import { createApp } from './rest/app.ts'
import { openWebhooks } from './webhooks/open-webhooks.ts'
import type { Webhooks } from './webhooks/webhooks.ts'

export interface Gateway extends AsyncDisposable {
  /** The port it listens on. */
  readonly port: number
}

export interface GatewayOverrides {
  /** How often the leases of subscribed channels are renewed. */
  renewEveryMs?: number
  maxCachedWindows?: number
}

/** Listens from the start. Until the topics have been read once, requests get `not_ready`. */
export function startGateway(
  config: GatewayConfig,
  logger: Logger,
  { renewEveryMs: renewMs = renewEveryMs, maxCachedWindows }: GatewayOverrides = {},
): Promise<Gateway> {
  return startOwned(async (owned) => {
    const kafka = createKafka('gateway', config, logger)
    const archive = owned.use(new ArchiveReader(createCassandra(config), logger))
    const [registry, phase] = [createRegistry(), new Phase()]
    const state = createState(maxCachedWindows)
    const { statsView } = state
    const metrics = createGatewayMetrics(
      registry,
      observed(state, { live: () => live, lag: () => reader.lag() }),
    )
    const writing = { settings: config, logger, registry, metrics, renewMs }
    const { leases, deadLetters } = await startWriters(owned, kafka, writing)
    const liveStarted = Promise.withResolvers<LiveServer>()
    const onChange = () => void liveStarted.promise.then(({ chat }) => chat.forgetOptedOut())
    const opening = { config, logger, deadLetters, archive, onChange, metrics, statsView }
    const [{ people, desk: optOuts }, hooks] = await allStarted([
      openOptOuts(owned, kafka, opening),
      openWebhooks(owned, kafka, opening),
    ])

    const edge = {
      ...state,
      people,
      ...clientRules(config),
      isReady: () => phase.isServing,
      leases,
      archive,
      metrics,
      logger,
    }
    const app = createApp({
      ...edge,
      registry,
      emoteUsage: new EmoteUsageReader({ archive, places: new Places(maxUsageReads) }),
      optOuts,
      webhooks: hooks.desk,
      pictures: startPictures(owned, config, logger, registry),
      health: () => healthOf({ ...state, phase, reader, intake }),
      operator: openOperator(owned, kafka, opening),
    })
    const http = createHttpServer(app, edge.trustsProxy, logger)
    const live = startLive(owned, new ChatReader(kafka, config, logger), { ...edge, http })
    liveStarted.resolve(live)
    const intake = new Intake({ ...state, ...hooks, phase, publisher: live, metrics })
    const reader = owned.use(await readView(kafka, config, logger, deadLetters, intake))
    owned.defer(() => http.closeAllConnections())
    owned.defer(() => live.close())
    owned.use(keepSubscribed(live, hooks.webhooks, leases, intake, renewMs))
    owned.defer(() => phase.stop())

    void reader.caughtUp.then(() => serve(phase, statsView, logger))
    return { port: await listen(http, config.GATEWAY_PORT, config.HOST, { isShared: config.SHARE_PORTS }) }
  })
}

/** What a scrape of the metrics reads. */
function observed(
  { statsView, statusView }: GatewayState,
  { live, lag }: { live: () => LiveServer; lag: () => number },
): Observed {
  return {
    sockets: () => live().socketCount,
    subscribedChannels: () => live().subscribedChannels().length,
    watchedChats: () => live().chat.watchedCount,
    cachedChannels: () => statsView.channelCount,
    cachedWindows: () => statsView.windowCount,
    lag,
    clockSkewMs: () => statusView.clockSkewMs() ?? 0,
  }
}

/** What the settings say of clients and people, over REST and Socket.IO. */
function clientRules(config: GatewayConfig) {
  return {
    allowance: new ChannelAllowance({ maxChannels: config.MAX_CHANNELS_PER_ADDRESS, countsForMs: leaseMs }),
    corsOrigins: config.CORS_ORIGINS,
    trustsProxy: trustInPeer(config.GATEWAY_TRUSTED_PROXIES),
    maxSocketsPerAddress: config.MAX_SOCKETS_PER_ADDRESS,
    requestsPerMinute: config.RATE_LIMIT_PER_MINUTE,
    operatorToken: config.OPERATOR_TOKEN,
    personHash: personHashOf(config),
    archiveRetentionHours: config.ARCHIVE_RETENTION_HOURS,
    bots: { logins: config.BOT_LOGINS, notLogins: config.NOT_BOT_LOGINS },
    installation: {
      contact: config.OPERATOR_CONTACT,
      optOutCommand: config.OPT_OUT_COMMAND,
      isOptOutPossible: config.PERSON_HASH_SECRET !== undefined,
    },
  }
}

function serve(phase: Phase, statsView: StatsView, logger: Logger): void {
  if (phase.serve())
    logger.info({ channels: statsView.channelCount, windows: statsView.windowCount }, 'serving')
}

/** Starts the live server, and the reader of the messages that its sockets watch. */
function startLive(
  owned: AsyncDisposableStack,
  chatReader: ChatReader,
  options: Omit<LiveOptions, 'onSubscribed' | 'chatSource'> & { leases: LeaseWriter },
): LiveServer {
  const { leases } = options
  const live = createLiveServer({
    ...options,
    chatSource: owned.use(chatReader),
    onSubscribed: (login) => leases.renew(login),
  })
  chatReader.reportTo(owned.use(live.chat))
  return live
}

/** Renews the leases of subscribed channels and of those with a webhook, and moves the zeros of silent ones to the current window. */
function keepSubscribed(
  live: LiveServer,
  webhooks: Webhooks,
  leases: LeaseWriter,
  intake: Intake,
  everyMs: number,
): Disposable {
  const timer = setInterval(() => {
    for (const login of webhooks.logins()) leases.renew(login)
    for (const login of live.subscribedChannels()) {
      leases.renew(login)
      intake.publishZeros(login)
    }
  }, everyMs)
  return { [Symbol.dispose]: () => clearInterval(timer) }
}
