import { createServer } from 'node:http'
import { Registry } from 'prom-client'
import type { ChatEvent } from '@chat-battle/contracts/records/chat-event'
import { listen } from '@chat-battle/runtime/http/listen'
import { createLogger } from '@chat-battle/runtime/process/logger'
import type { ChatRecordListeners, ChatSource } from '../chat/chat-source.ts'
import { ChannelAllowance } from '../limits/channel-allowance.ts'
import { createGatewayMetrics } from '../metrics.ts'
import { Channels } from '../current/channels.ts'
import { LiveView } from '../current/live-view.ts'
import { SeenTwitchEmotes } from '../emotes/seen-twitch-emotes.ts'
import { StatsView } from '../current/stats-view.ts'
import { StatusView } from '../directory/status-view.ts'
import { createLiveServer, type LiveOptions } from './live-server.ts'

/** An input that is told what it contains. Channels begin with what `past` has of them. */
class InstantSource implements ChatSource {
  listeners: ChatRecordListeners | undefined
  readonly watched = new Set<string>()
  readonly past: ChatEvent[] = []
  #nextOffset = 0

  watch(channelId: string): void {
    this.watched.add(channelId)
    this.listeners?.onBegin([channelId], BigInt(this.#nextOffset))
    for (const event of this.past) if (event.channel_id === channelId) this.append(event)
    this.listeners?.onCaughtUp([channelId])
  }

  unwatch(channelId: string): void {
    this.watched.delete(channelId)
  }

  append(event: ChatEvent): void {
    const value = Buffer.from(JSON.stringify(event))
    this.listeners?.onRecord({ key: event.channel_id, offset: String(this.#nextOffset++), value })
  }
}

/** A live server on a free port, behind a trusted proxy, and the views that it answers from. */
export async function startLive(maxChannelsPerAddress = 1000, given: Partial<LiveOptions> = {}) {
  const http = createServer()
  const [statsView, statusView] = [new StatsView(undefined, 1000), new StatusView(1000)]
  const none = () => 0
  const observed = {
    sockets: none,
    subscribedChannels: none,
    watchedChats: none,
    cachedChannels: none,
    cachedWindows: none,
  }
  const metrics = createGatewayMetrics(new Registry(), { ...observed, lag: none, clockSkewMs: none })
  const channels = new Channels(statsView, statusView, () => 0)
  const liveView = new LiveView()
  const chatSource = new InstantSource()
  const live = createLiveServer({
    http,
    channels,
    liveView,
    statusView,
    chatSource,
    twitchEmotes: new SeenTwitchEmotes(),
    allowance: new ChannelAllowance({ maxChannels: maxChannelsPerAddress, countsForMs: 60_000 }),
    onSubscribed: () => undefined,
    archive: { page: () => Promise.resolve({ rows: [], pageState: undefined }) },
    operatorToken: undefined,
    personHash: undefined,
    archiveRetentionHours: Infinity,
    isReady: () => true,
    metrics,
    logger: createLogger('test', 'silent'),
    corsOrigins: [],
    trustsProxy: () => true,
    maxSocketsPerAddress: 100,
    ...given,
  })
  chatSource.listeners = live.chat
  const url = `http://127.0.0.1:${await listen(http, 0, '127.0.0.1')}`
  return { live, channels, statsView, statusView, liveView, metrics, url, chatSource }
}
