import { createServer } from 'node:http'
import { Registry } from 'prom-client'
import { listen } from '@chat-battle/runtime/http/listen'
import { createLogger } from '@chat-battle/runtime/process/logger'
import { ChannelAllowance } from '../limits/channel-allowance.ts'
import { createGatewayMetrics } from '../metrics.ts'
import { Channels } from '../current/channels.ts'
import { StatsView } from '../current/stats-view.ts'
import { StatusView } from '../directory/status-view.ts'
import { createLiveServer, type LiveOptions } from './live-server.ts'

/** A live server on a free port, behind a trusted proxy, and the views that it answers from. */
export async function startLive(maxChannelsPerAddress = 1000, given: Partial<LiveOptions> = {}) {
  const http = createServer()
  const [statsView, statusView] = [new StatsView(undefined, 1000), new StatusView(1000)]
  const none = () => 0
  const observed = { sockets: none, subscribedChannels: none, cachedChannels: none, cachedWindows: none }
  const metrics = createGatewayMetrics(new Registry(), { ...observed, lag: none, clockSkewMs: none })
  const channels = new Channels(statsView, statusView, () => 0)
  const live = createLiveServer({
    http,
    channels,
    allowance: new ChannelAllowance({ maxChannels: maxChannelsPerAddress, countsForMs: 60_000 }),
    onSubscribed: () => undefined,
    archive: { page: () => Promise.resolve({ rows: [], pageState: undefined }) },
    operatorToken: undefined,
    isReady: () => true,
    metrics,
    logger: createLogger('test', 'silent'),
    corsOrigins: [],
    trustsProxy: () => true,
    maxSocketsPerAddress: 100,
    ...given,
  })
  const url = `http://127.0.0.1:${await listen(http, 0, '127.0.0.1')}`
  return { live, channels, statsView, statusView, metrics, url }
}
