import type { SubscribeAck } from '@chat-battle/contracts/live/down'
import type { ChannelStats } from '@chat-battle/contracts/records/channel-stats'
import type { ChannelStatus } from '@chat-battle/contracts/records/channel-status'
import type { RequestError } from '@chat-battle/contracts/rest/errors'
import type { Snapshot } from '@chat-battle/contracts/rest/routes/get-snapshots'
import { windowMs } from '@chat-battle/contracts/window'
import { nothingRecent, type Recent } from '../api/recent.ts'
import type { RefusalText } from '../api/refusal-text.ts'
import { fetchStats } from '../api/snapshots.ts'
import { Channel } from '../channel/channel.svelte.ts'
import type { ConnectionState } from '../channel/indicator.ts'
import { PageClock } from '../clock/page-clock.svelte.ts'
import { ChatLink } from '../source/chat-link.ts'
import { MomentBook } from '../moments/moment-book.svelte.ts'
import type { LiveConnection, LiveListeners } from '../source/live-events.ts'
import { Polling, type Answer } from '../source/polling.ts'
import { maxChannels } from './typed-channel.ts'
import { DrawThrottle } from './draw-throttle.ts'
import { Subscriptions } from './subscriptions.ts'

type Accepted = Extract<SubscribeAck, { ok: true }>

const stateAfter: Readonly<Record<Answer, ConnectionState>> = {
  answered: 'polling',
  slowed: 'slowed',
  unanswered: 'offline',
  outdated: 'outdated',
}

/** The page's state: up to four channels, and the connection that their figures come by. */
export class Battle {
  channels = $state<Channel[]>([])
  connection = $state<ConnectionState>('connecting')
  errors = $state<string[]>([])
  readonly clock: PageClock
  /** The live connection, for the messages of the channels. */
  readonly chat = new ChatLink()
  readonly moments = new MomentBook()
  readonly #refusalText: RefusalText
  readonly #drawing = new DrawThrottle(() => {
    for (const channel of this.channels) channel.draw()
  })
  #subscriptions: Subscriptions<Channel, SubscribeAck> | undefined
  #polling: Polling | undefined

  /** `names`: the channels of the address; `recent`: the gateway's knowledge of them at `paintedMs`, epoch ms. */
  constructor(
    names: readonly string[],
    { snapshots, previous }: Recent = nothingRecent,
    paintedMs = 0,
    refusalText: RefusalText = ({ message }) => message,
  ) {
    this.#refusalText = refusalText
    this.clock = new PageClock(paintedMs)
    for (const name of names) {
      const known = snapshots.find(({ asked }) => asked === name)
      const channel = new Channel(this.clock, name, known?.status ?? null, known?.stats ?? null)
      for (const stats of previous) if (stats.channel_id === known?.stats?.channel_id) channel.take(stats)
      channel.draw()
      if (!this.#isShownTwice(channel)) this.channels.push(channel)
    }
  }

  get isFull(): boolean {
    return this.channels.length >= maxChannels
  }

  /** The short forms of the shown channels, as the address has them. */
  get names(): string[] {
    return this.channels.map(({ name }) => name)
  }

  has(name: string): boolean {
    return this.#find(name) !== undefined
  }

  /** Shows these channels, in this order, and no others. */
  show(names: readonly string[]): void {
    const shown = names
      .slice(0, maxChannels)
      .map((name) => this.#find(name) ?? new Channel(this.clock, name, null, null))
    const stopped = this.channels.filter((channel) => !shown.includes(channel))
    const started = shown.filter((channel) => !this.channels.includes(channel))
    const isChanged = stopped.length > 0 || shown.some((channel, index) => channel !== this.channels[index])
    if (isChanged) this.channels = shown
    for (const channel of stopped) this.#stop(channel)
    for (const channel of started) this.#subscriptions?.add(channel)
    if (started.length > 0) this.#polling?.pollSoon()
  }

  report(message: string): void {
    if (!this.errors.includes(message)) this.errors.push(message)
  }

  dismiss(message: string): void {
    this.errors = this.errors.filter((error) => error !== message)
  }

  /** Follows the channels by a connection, in a browser; returns what ends it. */
  follow(connect: (listeners: LiveListeners) => LiveConnection): () => void {
    const stopClock = this.clock.start()
    for (const channel of this.channels) channel.expectFrames()
    const live = connect({
      ...this.chat.listeners,
      onConnected: () => this.#onConnected(),
      onDisconnected: () => this.#poll(),
      onOutdated: () => {
        this.#endPolling()
        this.connection = 'outdated'
      },
      onStats: (stats) => {
        const channel = this.#withLogin(stats.channel_login)
        if (channel !== undefined) this.#take(channel, stats)
      },
      onStatus: (status) => {
        const channel = this.#withLogin(status.channel_login)
        if (channel !== undefined) channel.status = status
      },
      onMoment: (moment) => this.moments.take(moment),
    })
    this.chat.attach(live)
    this.#subscriptions = new Subscriptions(live, {
      isShown: (channel) => this.channels.includes(channel),
      onAccepted: (channel, answer) => this.#onAccepted(channel, answer),
      onRefused: (channel, refusal) => this.#refuse(channel, refusal),
      onEnded: (login) => {
        // The name may have been another one of a channel that is still shown.
        const channel = this.#withLogin(login)
        if (channel !== undefined) this.#subscriptions?.add(channel)
      },
    })
    return () => {
      stopClock()
      this.#drawing.stop()
      this.#endPolling()
      this.#subscriptions?.close()
      live.close()
    }
  }

  #onConnected(): void {
    this.#endPolling()
    this.connection = 'live'
    for (const channel of this.channels) this.#subscriptions?.add(channel)
    this.chat.connected()
  }

  #poll(): void {
    this.#polling ??= new Polling({
      channels: () => this.names,
      onSnapshot: (snapshot) => this.#onSnapshot(snapshot),
      onRefused: (name, refusal) => {
        const channel = this.#find(name)
        if (channel !== undefined) this.#refuse(channel, refusal)
      },
      onRound: (answer) => (this.connection = stateAfter[answer]),
    })
  }

  #endPolling(): void {
    this.#polling?.end()
    this.#polling = undefined
  }

  #find(name: string): Channel | undefined {
    return this.channels.find((channel) => channel.name === name || channel.requested === name)
  }

  #withLogin(login: string): Channel | undefined {
    return this.channels.find((channel) => channel.login === login)
  }

  #isShownTwice(channel: Channel): boolean {
    return this.channels.some((other) => other !== channel && other.login === channel.login)
  }

  #stop(channel: Channel): void {
    this.#refuse(channel, null)
    this.#subscriptions?.remove(channel)
  }

  #onAccepted(channel: Channel, { status, stats }: Accepted): void {
    this.#learn(channel, status)
    if (stats !== null) this.#take(channel, stats)
    // The chart shows ten minutes, so it begins in the window before.
    if (channel.lacksPrevious) void this.#fetchWindow(channel, channel.startMs - windowMs)
  }

  #onSnapshot({ asked, status, stats }: Snapshot): void {
    const channel = this.#find(asked)
    if (channel === undefined) return
    if (status !== null) this.#learn(channel, status)
    if (stats !== null) this.#take(channel, stats)
  }

  /** Takes in the status of a channel, which the server does not refuse any longer. */
  #learn(channel: Channel, status: ChannelStatus): void {
    this.#refuse(channel, null)
    channel.login = status.channel_login
    channel.status = status
    // The subscription stays: it is that of the channel which was shown already.
    if (this.#isShownTwice(channel)) this.channels = this.channels.filter((each) => each !== channel)
  }

  /** Reports once why the server refuses a channel; null removes the report. */
  #refuse(channel: Channel, refusal: RequestError | null): void {
    const message = refusal === null ? null : this.#refusalText(refusal)
    if (channel.refusal === message) return
    if (channel.refusal !== null) this.dismiss(`${channel.login}: ${channel.refusal}`)
    channel.refusal = message
    if (message !== null) this.report(`${channel.login}: ${message}`)
  }

  #take(channel: Channel, stats: ChannelStats): void {
    if (channel.lacksFinal(stats)) {
      void this.#fetchWindow(channel, channel.startMs).then(() => this.#drawIf(channel.take(stats)))
    } else {
      this.#drawIf(channel.takeLive(stats))
    }
  }

  async #fetchWindow(channel: Channel, startMs: number): Promise<void> {
    const stats = await fetchStats(channel.name, startMs).catch(() => undefined)
    if (stats !== undefined) this.#drawIf(channel.take(stats))
  }

  #drawIf(isChanged: boolean): void {
    if (isChanged) this.#drawing.request()
  }
}
