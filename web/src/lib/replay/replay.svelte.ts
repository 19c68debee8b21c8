import type { ReplayControl, ReplaySpeed, ReplayState } from '@chat-battle/contracts/live/replay'
import type { ChannelStats } from '@chat-battle/contracts/records/channel-stats'
import type { ChannelStatus } from '@chat-battle/contracts/records/channel-status'
import { emptyStats } from '@chat-battle/contracts/records/empty-stats'
import type { RequestError } from '@chat-battle/contracts/rest/errors'
import { windowStart } from '@chat-battle/contracts/window'
import { DrawThrottle } from '../battle/draw-throttle.ts'
import { Channel } from '../channel/channel.svelte.ts'
import { JumpHold, type Held } from './jump-hold.ts'
import { PlaybackClock } from './playback-clock.svelte.ts'
import type { ReplayPlace } from './replay-address.ts'
import type { PlayerState, ReplayViewer } from './player-state.ts'
import { connectReplay, type ReplayConnection, type ReplayListeners } from './replay-connection.ts'
import { WindowsBefore } from './window-before.ts'

/** A socket may send 5 requests per second. */
const betweenJumpsMs = 250

/** A replay in the browser: up to four channels, driven by the events of one socket. Times are epoch ms of channel time. */
export class Replay {
  readonly place: Required<ReplayPlace>
  readonly channels: readonly Channel[]
  readonly clock: PlaybackClock
  state = $state<PlayerState>('connecting')
  /** Why it failed, was refused, or did not jump. */
  error = $state.raw<RequestError | null>(null)
  speed = $state<ReplaySpeed>(1)
  /** Whether the person lets it stand still. */
  isPaused = $state(false)
  /** Null before the server answered. */
  showsTexts = $state<boolean | null>(null)
  /** Where it is about to jump to. */
  #target = $state<number | null>(null)
  readonly #viewer: ReplayViewer
  readonly #connect: typeof connectReplay
  readonly #drawing = new DrawThrottle(() => {
    for (const channel of this.channels) channel.draw()
  })
  readonly #before = new WindowsBefore()
  #connection: ReplayConnection | undefined
  #token: string | null = null
  /** Counts starts and ends of connections: an answer to an earlier start means nothing. */
  #attempt = 0
  #id: string | undefined
  #hold: JumpHold | undefined
  #isJumping = false

  constructor(place: Required<ReplayPlace>, viewer: ReplayViewer, connect = connectReplay) {
    this.place = place
    this.speed = place.speed
    this.clock = new PlaybackClock(place.at, place.to)
    this.channels = place.channels.map((name) => new Channel(this.clock, name, null, null))
    this.#viewer = viewer
    this.#connect = connect
  }

  /** Where it is, or is about to be. */
  get at(): number {
    return this.#target ?? this.clock.nowMs
  }

  get isJumping(): boolean {
    return this.#target !== null
  }

  /** Plays on a new connection from where it is; returns what ends that. `token`: the operator's, or null. */
  open(token: string | null): () => void {
    const stopClock = this.clock.start()
    this.state = 'connecting'
    this.#token = token
    const connection = this.#connect(this.#listeners(), token)
    this.#connection = connection
    return () => {
      stopClock()
      this.#drawing.stop()
      this.#attempt++
      this.#id = undefined
      this.#connection = undefined
      connection.close()
    }
  }

  /** Starts again from where it is, after it was refused or has failed. */
  async restart(): Promise<void> {
    await this.#control({ action: 'stop' })
    await this.#begin()
  }

  toggle(): void {
    if (this.state === 'ended') {
      this.isPaused = false
      return this.seek(this.place.from)
    }
    this.isPaused = !this.isPaused
    if (this.isPaused) this.clock.set(this.clock.nowMs, 0)
    void this.#control({ action: this.isPaused ? 'pause' : 'resume' })
  }

  setSpeed(speed: ReplaySpeed): void {
    this.speed = speed
    void this.#control({ action: 'speed', speed })
  }

  /** Jumps to a time, or to the nearest one in the range. */
  seek(atMs: number): void {
    const { from, to } = this.place
    this.#target = Math.min(to - 1, Math.max(from, Math.floor(atMs)))
    if (!this.#isJumping && this.#id !== undefined) void this.#jump(this.#target)
  }

  /** Jumps by `ms` from where it is. */
  skip(ms: number): void {
    this.seek(this.at + ms)
  }

  #listeners(): ReplayListeners {
    return {
      onConnected: () => void this.#begin(),
      onDisconnected: () => {
        this.#attempt++
        this.#id = undefined
        this.state = 'offline'
        this.clock.set(this.clock.nowMs, 0)
      },
      onOutdated: () => (this.state = 'outdated'),
      onStatus: (status) => this.#learn(status),
      onStats: (stats) => (this.#hold === undefined ? this.#take(stats) : this.#hold.takeStats(stats)),
      onMessages: (messages) =>
        this.#hold === undefined ? this.#viewer.onMessages(messages) : this.#hold.takeMessages(messages),
      onMoment: (moment) => this.#viewer.onMoment(moment),
      onState: (state) => this.#onState(state),
    }
  }

  async #begin(): Promise<void> {
    const connection = this.#connection
    if (connection === undefined) return
    const attempt = ++this.#attempt
    const { channels, from, to } = this.place
    const { at, speed } = this
    this.state = 'connecting'
    this.error = null
    this.#hold = undefined
    this.#target = null
    this.#show({ frames: [], messages: [] })
    this.clock.jump(at)
    const ack = await connection.start({ channels: [...channels], from, to, at, speed })
    if (attempt !== this.#attempt) return
    if (ack?.ok !== true) {
      this.state = 'refused'
      this.error = ack?.error ?? { kind: 'not_ready', message: 'the server does not answer' }
      return
    }
    this.#id = ack.replay_id
    this.showsTexts = ack.shows_texts
    if (this.#token !== null && !ack.shows_texts) this.#viewer.onTokenRefused(this.#token)
    if (this.isPaused) void this.#control({ action: 'pause' })
    if (this.#target !== null) void this.#jump(this.#target)
  }

  /** Jumps until it is where the person wants it. */
  async #jump(toMs: number): Promise<void> {
    this.#isJumping = true
    const hold = (this.#hold = new JumpHold(toMs))
    const pause = new Promise((resolve) => setTimeout(resolve, betweenJumpsMs))
    const ack = await this.#control({ action: 'seek', at: toMs })
    if (ack?.ok === true) hold.isAcknowledged = true
    else if (this.#hold === hold) {
      this.#hold = undefined
      this.error = ack?.error ?? null
      this.#takeAll(hold.all())
    }
    await pause
    this.#isJumping = false
    if (this.#target === toMs) {
      if (ack?.ok !== true) this.#target = null
    } else if (this.#target !== null && this.#id !== undefined) await this.#jump(this.#target)
  }

  #control(control: Omit<ReplayControl, 'replay_id'>) {
    if (this.#id === undefined) return Promise.resolve(undefined)
    return this.#connection?.control({ ...control, replay_id: this.#id })
  }

  #onState({ state, at, speed, error }: ReplayState): void {
    const hold = this.#hold
    if (hold !== undefined) {
      if (!hold.isAcknowledged && at !== hold.toMs) return
      this.#hold = undefined
      if (this.#target === hold.toMs) this.#target = null
      this.#show(hold.ofJump())
      this.clock.jump(at)
    }
    this.state = state
    this.error = error
    this.clock.set(at, state === 'playing' && !this.isPaused ? speed : 0)
    this.#showSilent(at)
    for (const channel of this.channels) if (channel.lacksPrevious) void this.#takeBefore(channel)
  }

  /** Shows what a jump sent, and nothing else. */
  #show(held: Held): void {
    for (const channel of this.channels) channel.reset()
    this.#viewer.onCleared()
    this.#takeAll(held)
  }

  #takeAll({ frames, messages }: Held): void {
    for (const stats of frames) this.#take(stats)
    for (const each of messages) this.#viewer.onMessages(each)
  }

  #take(stats: ChannelStats): void {
    const channel = this.#find(stats.channel_id, stats.channel_login)
    if (channel?.take(stats) === true) this.#drawing.request()
  }

  /** A channel without a frame is shown with zeros once the frames of its position were sent. */
  #showSilent(atMs: number): void {
    for (const { startMs, login, status } of this.channels) {
      const id = status?.channel_id ?? null
      if (startMs === 0 && id !== null) this.#take(emptyStats(id, login, windowStart(atMs)))
    }
  }

  async #takeBefore(channel: Channel): Promise<void> {
    const { name, startMs } = channel
    const before = await this.#before.get(name, startMs)
    if (before !== undefined && channel.startMs === startMs && channel.take(before)) this.#drawing.request()
  }

  #learn(status: ChannelStatus): void {
    const channel = this.#find(status.channel_id, status.channel_login)
    if (channel === undefined) return
    channel.login = status.channel_login
    channel.status = status
  }

  #find(id: string | null, login: string): Channel | undefined {
    return this.channels.find((channel) => channel.login === login || channel.requested === id)
  }
}
