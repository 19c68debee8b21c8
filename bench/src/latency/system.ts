import { setTimeout as delay } from 'node:timers/promises'
import { io, type Socket } from 'socket.io-client'
import type { ServerToClientEvents } from '@chat-battle/contracts/live/down'
import { maxChannelsPerSocket, type ClientToServerEvents } from '@chat-battle/contracts/live/up'
import type { KafkaSettings } from '@chat-battle/runtime/kafka/client'
import { privmsg } from '@chat-battle/twitch-stub/irc-text'
import { allJoined } from '@chat-battle/twitch-stub/play'
import type { TwitchServer } from '@chat-battle/twitch-stub/server'
import { Child } from '../child.ts'
import { FrameTimes } from './frame-times.ts'
import { epochMs, pace, type Load } from './load.ts'
import type { TopicTimes } from './topic-observer.ts'

const people = 500
/** Twitch allows 20 joins per 10 s. */
const joinMs = 600
const shownWithinMs = 20_000

/** Latencies per line, ms: of the whole way, and of its hops. */
export interface HopLatencies {
  total: number[]
  toKafka: number[]
  processor: number[]
  gateway: number[]
}

/** A page's view of channels of a running installation: every line's way from the IRC socket to the first frame with it. */
export class ObservedSystem implements Disposable {
  readonly #twitch: TwitchServer
  readonly #channels: readonly string[]
  readonly #stack = new DisposableStack()
  readonly #observer: Child
  readonly #shown = new FrameTimes()
  readonly #sentAtMs: ReadonlyMap<string, number[]>
  #sent = 0

  constructor(kafka: KafkaSettings, twitch: TwitchServer, channelCount: number) {
    this.#twitch = twitch
    this.#channels = Array.from({ length: channelCount }, (_, index) => `bench${index}`)
    this.#observer = this.#stack.use(new Child('latency/topic-observer.ts', kafka))
    this.#sentAtMs = new Map(this.#channels.map((login) => [login, []]))
  }

  /** Subscribes to every channel; resolves when all are joined. */
  async watch(gatewayUrl: string): Promise<void> {
    await this.#observer.nextMessage()
    for (let first = 0; first < this.#channels.length; first += maxChannelsPerSocket)
      await this.#subscribe(gatewayUrl, this.#channels.slice(first, first + maxChannelsPerSocket))
    await allJoined(
      this.#twitch,
      this.#channels,
      AbortSignal.timeout(this.#channels.length * joinMs + 60_000),
    )
    await delay(1000)
  }

  async measure(load: Load, seconds: number): Promise<HopLatencies> {
    const channels = this.#channels.slice(0, load.channels)
    const earlierLines = new Map(channels.map((login) => [login, this.#sentAtMs.get(login)?.length ?? 0]))
    await pace(load, seconds, (line) => this.#say(channels[line % channels.length] ?? ''))
    const deadlineMs = performance.now() + shownWithinMs
    while (this.#shown.lines < this.#sent) {
      if (performance.now() > deadlineMs)
        throw new Error(`${this.#shown.lines} of ${this.#sent} lines are shown`)
      await delay(20)
    }
    await delay(1000)
    return this.#latencies(earlierLines, await this.#observer.request<TopicTimes>('report'))
  }

  [Symbol.dispose](): void {
    this.#stack.dispose()
  }

  async #subscribe(url: string, channels: readonly string[]): Promise<void> {
    const socket: Socket<ServerToClientEvents, ClientToServerEvents> = io(url, {
      transports: ['websocket'],
      forceNew: true,
    })
    this.#stack.defer(() => void socket.disconnect())
    socket.on('stats', (stats) => this.#shown.add(stats, epochMs()))
    for (const login of channels) await socket.emitWithAck('subscribe', login)
  }

  #say(login: string): void {
    const line = this.#sent++
    const number = line % people
    const person = { id: `${number}`, login: `p${number}`, displayName: 'P', isSubscriber: false, badges: '' }
    const message = { id: `line-${line}`, timestamp: Date.now(), text: 'hello there' }
    this.#sentAtMs.get(login)?.push(epochMs())
    this.#twitch.say(login, privmsg({ login, id: this.#twitch.roomId(login) }, person, message))
  }

  #latencies(earlierLines: ReadonlyMap<string, number>, topics: TopicTimes): HopLatencies {
    const result: HopLatencies = { total: [], toKafka: [], processor: [], gateway: [] }
    for (const [login, earlier] of earlierLines) {
      const sent = this.#sentAtMs.get(login) ?? []
      for (let line = earlier; line < sent.length; line++) {
        const sentMs = sent[line] ?? NaN
        const appendedMs = topics.lines[login]?.[line] ?? NaN
        const frameMs = topics.frames[login]?.[line] ?? NaN
        const shownMs = this.#shown.byChannel[login]?.[line] ?? NaN
        result.total.push(shownMs - sentMs)
        result.toKafka.push(appendedMs - sentMs)
        result.processor.push(frameMs - appendedMs)
        result.gateway.push(shownMs - frameMs)
      }
    }
    return result
  }
}
