import type { ChannelStats } from '@chat-battle/contracts/records/channel-stats'
import type { ChannelStatus } from '@chat-battle/contracts/records/channel-status'
import type { SubscribeAck } from '@chat-battle/contracts/live/down'
import type { Snapshot } from '@chat-battle/contracts/rest/routes/get-snapshots'
import { windowMs } from '@chat-battle/contracts/window'
import { Channel } from '../channel/channel.svelte.ts'
import { maxChannels } from './channel-url.ts'
import type { ConnectionState } from '../channel/indicator.ts'
import { connectLive, type LiveConnection } from '../source/live-connection.ts'
import { fetchStats, startPolling, type Answer, type Polling } from '../source/polling.ts'
import { retryDelay } from '../source/retry-delay.ts'
import { ServerClock } from '../clock/server-clock.ts'

const wayAfter: Readonly<Record<Answer, ConnectionState>> = {
  answered: 'polling',
  slowed: 'slowed',
  unanswered: 'offline',
}

/** The page's state: up to four channels, and how their figures come. */
export class Battle {
  channels = $state<Channel[]>([])
  way = $state<ConnectionState>('connecting')
  errors = $state<string[]>([])
  /** The servers' time, by which the page draws, epoch ms; 0 until it runs in a browser. */
  nowMs = $state(0)
  /** The browser's own time, epoch ms: how long ago a frame came is a matter of that alone. */
  browserMs = $state(0)
  #clock = new ServerClock()
  #live: LiveConnection | undefined
  #polling: Polling | undefined
  /** Subscriptions that were refused: how often in a row, and what tries again. */
  #retries = new WeakMap<Channel, { failures: number; timer: ReturnType<typeof setTimeout> }>()

  /** `names`: the channels of the address; `snapshots`: what the server knows of them. */
  constructor(names: readonly string[], snapshots: readonly Snapshot[]) {
    for (const name of names) {
      const known = snapshots.find(({ asked }) => asked === name)
      const channel = new Channel(name, known?.status, known?.stats)
      if (!this.#isShownTwice(channel)) this.channels.push(channel)
    }
  }

  get isFull(): boolean {
    return this.channels.length >= maxChannels
  }

  /** The short forms of what is shown, as the address names it. */
  get names(): string[] {
    return this.channels.map(({ name }) => name)
  }

  has(name: string): boolean {
    return this.#find(name) !== undefined
  }

  /** Shows these channels, in this order, and no others. */
  show(names: readonly string[]): void {
    const shown = names.slice(0, maxChannels).map((name) => this.#find(name) ?? new Channel(name))
    const stopped = this.channels.filter((channel) => !shown.includes(channel))
    const started = shown.filter((channel) => !this.channels.includes(channel))
    if (
      started.length > 0 ||
      shown.some((channel, index) => channel !== this.channels[index]) ||
      stopped.length > 0
    )
      this.channels = shown
    for (const channel of stopped) this.#unsubscribe(channel)
    for (const channel of started) this.#subscribe(channel)
    if (started.length > 0) this.#polling?.soon()
  }

  report(message: string): void {
    if (!this.errors.includes(message)) this.errors.push(message)
  }

  dismiss(message: string): void {
    this.errors = this.errors.filter((error) => error !== message)
  }

  /** Begins to follow, in a browser. Gives what ends it. */
  follow(connect: typeof connectLive = connectLive): () => void {
    const tick = () => {
      this.browserMs = Date.now()
      this.nowMs = this.#clock.timeAt(this.browserMs)
    }
    tick()
    for (const channel of this.channels) channel.listen(this.browserMs)
    const clock = setInterval(tick, 1000)
    this.#live = connect({
      onConnected: () => {
        this.#endPolling()
        this.way = 'live'
        for (const channel of this.channels) this.#subscribe(channel)
      },
      onDisconnected: () => this.#poll(),
      onStats: (stats) => {
        const channel = this.channels.find(({ login }) => login === stats.channel_login)
        if (channel !== undefined) this.#take(channel, stats)
      },
      onStatus: (status) => {
        const channel = this.channels.find(({ login }) => login === status.channel_login)
        if (channel !== undefined) channel.status = status
      },
    })
    return () => {
      clearInterval(clock)
      this.#endPolling()
      this.#live?.close()
      for (const channel of this.channels) this.#forgetRetry(channel)
    }
  }

  #poll(): void {
    this.#polling ??= startPolling({
      channels: () => this.names,
      onSnapshot: (snapshot) => this.#onSnapshot(snapshot),
      onRefused: (name, message) => {
        const channel = this.#find(name)
        if (channel !== undefined) this.#refuse(channel, message)
      },
      onRound: (answer) => (this.way = wayAfter[answer]),
    })
  }

  #endPolling(): void {
    this.#polling?.end()
    this.#polling = undefined
  }

  #find(name: string): Channel | undefined {
    return this.channels.find((channel) => channel.name === name || channel.asked === name)
  }

  #isShownTwice(channel: Channel): boolean {
    return this.channels.some((other) => other !== channel && other.login === channel.login)
  }

  #subscribe(channel: Channel): void {
    clearTimeout(this.#retries.get(channel)?.timer)
    this.#live?.subscribe(channel.name, (answer) => this.#onSubscribed(channel, answer))
  }

  #unsubscribe(channel: Channel): void {
    this.#forgetRetry(channel)
    this.#refuse(channel, null)
    this.#live?.unsubscribe(channel.name, (answer) => {
      if (answer?.ok !== true) return
      // An id may have become another name of a channel that is still shown.
      const { channel_login } = answer.status
      const shown = this.channels.find(({ login }) => login === channel_login)
      if (shown !== undefined) this.#subscribe(shown)
    })
  }

  #onSubscribed(channel: Channel, answer: SubscribeAck | undefined): void {
    if (!this.channels.includes(channel)) return
    if (answer?.ok !== true) {
      this.#refuse(channel, answer?.error.message ?? 'no answer to the subscription')
      this.#subscribeAgain(channel)
      return
    }
    this.#forgetRetry(channel)
    this.#learn(channel, answer.status)
    if (answer.stats !== null) this.#take(channel, answer.stats)
    if (channel.lacksPrevious) {
      // The chart shows ten minutes, so that it begins in the window before.
      void this.#fetchWindow(channel, (channel.stats?.window_start ?? 0) - windowMs)
    }
  }

  #onSnapshot({ asked, status, stats }: Snapshot): void {
    const channel = this.#find(asked)
    if (channel === undefined) return
    if (status !== null) this.#learn(channel, status)
    if (stats !== null) this.#take(channel, stats)
  }

  /** Takes in what the server knows of a channel that it no longer refuses. */
  #learn(channel: Channel, status: ChannelStatus): void {
    this.#refuse(channel, null)
    channel.login = status.channel_login
    channel.status = status
    // Not unsubscribed: the subscription is that of the one which was shown already.
    if (this.#isShownTwice(channel)) this.channels = this.channels.filter((each) => each !== channel)
  }

  /** Reports why the server refuses a channel, once; null takes the report back. */
  #refuse(channel: Channel, message: string | null): void {
    if (channel.refusal === message) return
    if (channel.refusal !== null) this.dismiss(`${channel.login}: ${channel.refusal}`)
    channel.refusal = message
    if (message !== null) this.report(`${channel.login}: ${message}`)
  }

  #subscribeAgain(channel: Channel): void {
    const failures = (this.#retries.get(channel)?.failures ?? 0) + 1
    const timer = setTimeout(() => this.#subscribe(channel), retryDelay(failures))
    this.#retries.set(channel, { failures, timer })
  }

  #forgetRetry(channel: Channel): void {
    clearTimeout(this.#retries.get(channel)?.timer)
    this.#retries.delete(channel)
  }

  #take(channel: Channel, stats: ChannelStats): void {
    const { stats: known } = channel
    if (known !== null && channel.lacksFinal(stats)) {
      void this.#fetchWindow(channel, known.window_start).then(() => channel.take(stats, Date.now()))
      return
    }
    const browserMs = Date.now()
    const writtenAtMs = channel.newMessageAt(stats)
    if (writtenAtMs !== undefined) this.#clock.learn(writtenAtMs, browserMs)
    channel.take(stats, browserMs)
  }

  async #fetchWindow(channel: Channel, start: number): Promise<void> {
    const stats = await fetchStats(channel.name, start).catch(() => undefined)
    if (stats !== undefined) channel.take(stats, Date.now())
  }
}
