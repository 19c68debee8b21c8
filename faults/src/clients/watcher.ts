import { io, type Socket } from 'socket.io-client'
import type { ChannelStats } from '@chat-battle/contracts/records/channel-stats'
import { decodeEvent } from '@chat-battle/contracts/live/decode'
import type { ServerToClientEvents } from '@chat-battle/contracts/live/down'
import { maxChannelsPerSocket, type ClientToServerEvents } from '@chat-battle/contracts/live/up'
import { isNewerFrame } from '@chat-battle/contracts/records/newer-frame'
import { until } from '@chat-battle/testkit/testing'
import { reconnection } from '@chat-battle/web/src/lib/source/live-connection'

const sampleEveryMs = 50
/** The age of figures on an undisturbed page, with room for a busy machine. */
const freshWithinMs = 1000
const recoveredWithinMs = 120_000

/** A client that watches channels as the page does and measures the age of what it shows. */
export class Watcher implements Disposable {
  /** The greatest age of anything shown since `resetStalest`, in ms. */
  stalestMs = 0
  /** How many frames were older than one shown before. */
  wentBack = 0
  /** How many frames the page could not decode. */
  undecodable = 0
  readonly channels: readonly string[]
  /** How far Twitch's time is ahead of this machine's clock. */
  readonly #twitchAheadMs: number
  readonly #socket: Socket<ServerToClientEvents, ClientToServerEvents>
  readonly #newest = new Map<string, ChannelStats>()
  /** Per channel the newest frame of the window before the newest one. */
  readonly #previous = new Map<string, ChannelStats>()
  readonly #sampling: NodeJS.Timeout

  constructor(url: string, channels: readonly string[], twitchAheadMs = 0) {
    this.#twitchAheadMs = twitchAheadMs
    this.channels = channels.slice(0, maxChannelsPerSocket)
    this.#socket = io(url, { transports: ['websocket'], forceNew: true, ...reconnection() })
    this.#socket.on('connect', () => {
      for (const login of this.channels) {
        this.#socket.emit('subscribe', login, (answer) => {
          if (answer.ok && answer.stats !== null) this.#take(answer.stats, true)
        })
      }
    })
    this.#socket.on(
      'stats',
      decodeEvent(
        'stats',
        (stats) => this.#take(stats),
        () => this.undecodable++,
      ),
    )
    this.#sampling = setInterval(
      () => (this.stalestMs = Math.max(this.stalestMs, this.ageMs())),
      sampleEveryMs,
    )
  }

  /** The newest frame of a channel, or of the one of its last two windows that starts at `windowStart`. */
  shown(login: string, windowStart?: number): ChannelStats | undefined {
    const [newest, previous] = [this.#newest.get(login), this.#previous.get(login)]
    if (windowStart === undefined || newest?.window_start === windowStart) return newest
    return previous?.window_start === windowStart ? previous : undefined
  }

  /** The age of the newest message shown, in the channel where it is oldest; 0 before any frame. */
  ageMs(): number {
    const lastMs = [...this.#newest.values()].map(({ last_message_at }) => last_message_at ?? Infinity)
    return lastMs.length === 0 ? 0 : Math.max(0, this.#twitchMs() - Math.min(...lastMs))
  }

  resetStalest(): void {
    this.stalestMs = 0
  }

  /** Waits until every channel is fresh and shows a message from after `sinceMs` (epoch ms); returns the seconds since then. */
  async recovered(sinceMs: number): Promise<number> {
    await until(
      () =>
        this.channels.every(
          (login) => (this.#newest.get(login)?.last_message_at ?? 0) > sinceMs + this.#twitchAheadMs,
        ) && this.ageMs() < freshWithinMs,
      'shown figures are fresh again',
      recoveredWithinMs,
    )
    return (Date.now() - sinceMs) / 1000
  }

  [Symbol.dispose](): void {
    clearInterval(this.#sampling)
    this.#socket.disconnect()
  }

  /** An answer carries the newest frame there is. A pushed frame may also be the last one of a window that has ended. */
  #take(stats: ChannelStats, isAnswer = false): void {
    const { channel_login: login, window_start: start, revision } = stats
    const known = this.shown(login, start)
    const newest = this.#newest.get(login)
    const isNewer = newest === undefined || isNewerFrame(stats, newest)
    const isPast = !isNewer && start < newest.window_start
    if ((known !== undefined && revision < known.revision) || (isPast && isAnswer)) this.wentBack++
    if (isNewer) {
      if (newest !== undefined && start > newest.window_start) this.#previous.set(login, newest)
      this.#newest.set(login, stats)
    } else if (isPast && known !== undefined) this.#previous.set(login, stats)
  }

  #twitchMs(): number {
    return Date.now() + this.#twitchAheadMs
  }
}
