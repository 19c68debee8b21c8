import { once } from 'node:events'
import { createServer, request as httpRequest, type IncomingMessage } from 'node:http'
import { Registry } from 'prom-client'
import { onTestFinished } from 'vitest'
import type { ChannelStatusRecord } from '@chat-battle/contracts/records/channel-status'
import { noOptOuts } from '@chat-battle/contracts/records/anonymise'
import { windowMs } from '@chat-battle/contracts/window'
import { trustInPeer } from '@chat-battle/runtime/http/client-address'
import { listen } from '@chat-battle/runtime/http/listen'
import { createLogger } from '@chat-battle/runtime/process/logger'
import type { ConflatingProducer } from '@chat-battle/runtime/kafka/conflating-producer'
import { SummaryView } from '../archive/history/summary-view.ts'
import { Channels } from '../current/channels.ts'
import { LiveView } from '../current/live-view.ts'
import { MomentView } from '../current/moment-view.ts'
import { StatsView } from '../current/stats-view.ts'
import { statusFixture } from '../current/status.fixture.ts'
import { StatusView } from '../directory/status-view.ts'
import { EmoteUsageReader } from '../archive/emote-usage.ts'
import { Places } from '../limits/places.ts'
import { EmoteSets } from '../emotes/emote-sets.ts'
import { SeenTwitchEmotes } from '../emotes/seen-twitch-emotes.ts'
import { LeaseWriter } from '../kafka/lease-writer.ts'
import { ChannelAllowance } from '../limits/channel-allowance.ts'
import { createGatewayMetrics } from '../metrics.ts'
import type { OperatorReaders } from '../operator/open-operator.ts'
import { Pictures } from '../pictures/pictures.ts'
import { WebhookDesk } from '../webhooks/webhook-desk.ts'
import { Webhooks } from '../webhooks/webhooks.ts'
import { createApp, type AppOptions } from './app.ts'

/** In the window that starts at `5 * windowMs`. */
const nowMs = 5 * windowMs + 1

const noRows = { page: () => Promise.resolve({ rows: [], pageState: undefined }) }
const noFiles = {
  read: () => Promise.resolve(undefined),
  write: () => Promise.resolve(),
  delete: () => Promise.resolve(),
}

export const noOperator: OperatorReaders = {
  pipeline: { read: () => Promise.resolve({ at: 0, kafka: null, archive_ms: null }) },
  leases: { view: () => null },
  storage: { read: () => Promise.resolve({ at: 0, days: [], channels: 0, cut: false, tables: null }) },
  readDeadLetters: () => Promise.resolve([]),
}

/** The REST API on a free port, without Kafka. `leased`: the login of each lease that it wrote. */
export async function startRest(given: Partial<AppOptions> = {}) {
  const leased: string[] = []
  const kafka = { isAway: false }
  const producer: ConflatingProducer = {
    offer: (login) => void leased.push(login),
    offerAll: (records) => void leased.push(...[...records].map(([login]) => login)),
    send(login) {
      leased.push(login)
      return kafka.isAway ? new Promise<void>(() => undefined) : Promise.resolve()
    },
    clear: () => undefined,
    waiting: 0,
    [Symbol.asyncDispose]: () => Promise.resolve(),
  }
  const [statsView, statusView] = [new StatsView(undefined, 5000), new StatusView(5000)]
  const summaries = new SummaryView()
  const zero = () => 0
  const observed = {
    sockets: zero,
    subscribedChannels: zero,
    watchedChats: zero,
    cachedChannels: zero,
    cachedWindows: zero,
  }
  const app = createApp({
    channels: new Channels(statsView, statusView, () => nowMs),
    statusView,
    liveView: new LiveView(),
    statsView,
    emoteUsage: new EmoteUsageReader({ archive: noRows, places: new Places(1) }),
    bots: { logins: [], notLogins: [] },
    installation: { contact: undefined, optOutCommand: undefined, isOptOutPossible: false },
    emoteSets: new EmoteSets(),
    twitchEmotes: new SeenTwitchEmotes(),
    pictures: new Pictures({
      files: noFiles,
      fetcher: { fetch: () => Promise.resolve({ result: 'missing' }) },
    }),
    summaries,
    archive: noRows,
    archiveRetentionHours: Infinity,
    moments: new MomentView(),
    leases: new LeaseWriter(producer, () => undefined),
    allowance: new ChannelAllowance({ maxChannels: 1000, countsForMs: 60_000 }),
    health: () => ({
      status: 'ok',
      kafka: { connected: true, lag: 0 },
      cache: { channels: 0, windows: 0, age_ms: null },
      clock_skew_ms: null,
    }),
    isReady: () => true,
    corsOrigins: ['https://allowed.example'],
    trustsProxy: trustInPeer(['loopback']),
    requestsPerMinute: 1000,
    operatorToken: undefined,
    operator: noOperator,
    people: noOptOuts,
    optOuts: {
      request: () => Promise.reject(new Error('not in this test')),
      job: () => undefined,
      list: () => ({ jobs: [], total: 0, running: 0 }),
    },
    webhooks: new WebhookDesk({ webhooks: new Webhooks(), producer, privateHosts: [] }),
    registry: new Registry(),
    metrics: createGatewayMetrics(new Registry(), { ...observed, lag: zero, clockSkewMs: zero }),
    logger: createLogger('test', 'silent'),
    ...given,
  })
  const server = createServer(app)
  onTestFinished(() => void server.close())
  const port = await listen(server, 0, '127.0.0.1')

  /** `fetch` sets no `Host` and no `Sec-Fetch-Site`. */
  const send = async (method: string, path: string, headers: Record<string, string> = {}) => {
    const request = httpRequest({ host: '127.0.0.1', port, method, path, headers, agent: false }).end()
    const [response] = (await once(request, 'response')) as [IncomingMessage]
    const text = Buffer.concat((await response.toArray()) as Buffer[]).toString()
    return { status: response.statusCode, headers: response.headers, text }
  }
  return { origin: `http://127.0.0.1:${port}`, send, leased, kafka, statsView, statusView, summaries }
}

export function recordOf(
  given: Partial<ChannelStatusRecord> & { channel_login: string },
): ChannelStatusRecord {
  return statusFixture({ channel_id: null, ...given })
}
