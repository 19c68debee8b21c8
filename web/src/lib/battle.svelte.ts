import type { ChannelStats } from '@chat-battle/contracts/channel-stats'
import type { ChannelStatus } from '@chat-battle/contracts/channel-status'
import type { SubscribeAck } from '@chat-battle/contracts/live'
import { windowMs } from '@chat-battle/contracts/window'
import { Channel } from './channel.svelte.ts'
import { maxChannels } from './channel-url.ts'
import type { Way } from './indicator.ts'
import { connectLive, type LiveConnection } from './live-connection.ts'
import { fetchStats, startPolling } from './polling.ts'
import { ServerClock } from './server-clock.ts'

export interface Snapshot {
  login: string
  status: ChannelStatus | null
  stats: ChannelStats | null
}

/** The page's state: up to four channels, and how their figures come. */
export class Battle {
  channels = $state<Channel[]>([])
  way = $state<Way>('connecting')
  errors = $state<string[]>([])
  /** The servers' time, by which the page draws, epoch ms; 0 until it runs in a browser. */
  nowMs = $state(0)
  /** The browser's own time, epoch ms: how long ago a frame came is a matter of that alone. */
  browserMs = $state(0)
  #clock = new ServerClock()
  #live: LiveConnection | undefined

  constructor(snapshots: readonly Snapshot[]) {
    this.channels = snapshots.map(({ login, status, stats }) => new Channel(login, status, stats))
  }

  get isFull(): boolean {
    return this.channels.length >= maxChannels
  }

  has(login: string): boolean {
    return this.channels.some((channel) => channel.login === login)
  }

  start(login: string): void {
    if (this.isFull || this.has(login)) return
    this.channels.push(new Channel(login))
    this.#subscribe(login)
  }

  stop(login: string): void {
    this.channels = this.channels.filter((channel) => channel.login !== login)
    this.#live?.unsubscribe(login, (answer) => {
      // An id may have become another name of a channel that is still shown.
      if (answer.ok && this.has(answer.status.channel_login)) this.#subscribe(answer.status.channel_login)
    })
  }

  report(message: string): void {
    if (!this.errors.includes(message)) this.errors.push(message)
  }

  dismiss(message: string): void {
    this.errors = this.errors.filter((error) => error !== message)
  }

  /** Begins to follow, in a browser. Gives what ends it. */
  follow(): () => void {
    const tick = () => {
      this.browserMs = Date.now()
      this.nowMs = this.#clock.timeAt(this.browserMs)
    }
    tick()
    for (const channel of this.channels) channel.listen(this.browserMs)
    const clock = setInterval(tick, 1000)
    let endPolling: (() => void) | undefined
    this.#live = connectLive({
      onConnected: () => {
        endPolling?.()
        endPolling = undefined
        this.way = 'live'
        for (const { login } of this.channels) this.#subscribe(login)
      },
      onDisconnected: () => {
        endPolling ??= startPolling({
          channels: () => this.channels.map(({ login }) => login),
          onStats: (stats) => this.#takeStats(stats),
          onStatuses: (statuses) => statuses.forEach((status) => this.#takeStatus(status)),
          onAnswered: (isAnswered) => (this.way = isAnswered ? 'polling' : 'offline'),
        })
      },
      onStats: (stats) => this.#takeStats(stats),
      onStatus: (status) => this.#takeStatus(status),
    })
    return () => {
      clearInterval(clock)
      endPolling?.()
      this.#live?.close()
    }
  }

  #subscribe(login: string): void {
    this.#live?.subscribe(login, (answer) => this.#onSubscribed(login, answer))
  }

  #onSubscribed(asked: string, answer: SubscribeAck): void {
    const channel = this.channels.find(({ login }) => login === asked)
    if (channel === undefined) return
    if (!answer.ok) {
      this.report(`${asked}: ${answer.error.message}`)
      return
    }
    const login = answer.status.channel_login
    if (login !== asked && this.has(login)) {
      // Not by `stop`: the subscription is that of the one which is shown already.
      this.channels = this.channels.filter((each) => each !== channel)
      return
    }
    channel.login = login
    channel.status = answer.status
    if (answer.stats !== null) channel.take(answer.stats, Date.now())
    if (channel.lacksPrevious) void this.#fetchPrevious(channel)
  }

  /** The chart shows ten minutes, so that it begins in the window before. */
  async #fetchPrevious(channel: Channel): Promise<void> {
    const start = (channel.stats?.window_start ?? 0) - windowMs
    const stats = await fetchStats(channel.login, start).catch(() => undefined)
    if (stats !== undefined) channel.take(stats, Date.now())
  }

  #takeStats(stats: ChannelStats): void {
    const channel = this.channels.find(({ login }) => login === stats.channel_login)
    if (channel === undefined) return
    const browserMs = Date.now()
    const writtenAtMs = channel.newMessageAt(stats)
    if (writtenAtMs !== undefined) this.#clock.learn(writtenAtMs, browserMs)
    channel.take(stats, browserMs)
  }

  #takeStatus(status: ChannelStatus): void {
    const channel = this.channels.find(({ login }) => login === status.channel_login)
    if (channel !== undefined) channel.status = status
  }
}
