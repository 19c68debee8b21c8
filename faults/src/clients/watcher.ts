import { io, type Socket } from 'socket.io-client'
import type { ChannelStats } from '@chat-battle/contracts/records/channel-stats'
import type { ServerToClientEvents } from '@chat-battle/contracts/live/down'
import { maxChannelsPerSocket, type ClientToServerEvents } from '@chat-battle/contracts/live/up'
import { isNewerFrame } from '@chat-battle/contracts/records/newer-frame'
import { until } from '@chat-battle/testkit/testing'
import { reconnection } from '@chat-battle/web/src/lib/source/live-connection'

/** How old what is shown may be where a fault is none of its business: as fresh as ever, with room for a busy machine. */
export const maxStaleMs = 5000
/** How soon all must be fresh again after a processor is gone. Six seconds are the session of its group. */
export const backWithinS = 10
const sampleEveryMs = 50
/** As fresh as a page that runs undisturbed, with room for a busy machine. */
const freshWithinMs = 1000

/** A client that watches channels as the page does, and knows how old what it shows is. */
export class Watcher implements Disposable {
  /** The greatest age that anything shown has had since `forget`, in ms. */
  stalestMs = 0
  /** Frames that were older than one shown before. */
  wentBack = 0
  readonly connectedAtMs: number[] = []
  readonly channels: readonly string[]
  /** How far Twitch's time is ahead of this machine's clock. */
  readonly #twitchAheadMs: number
  readonly #socket: Socket<ServerToClientEvents, ClientToServerEvents>
  readonly #newest = new Map<string, ChannelStats>()
  /** The newest frame of the window before the newest, as far as there was one. */
  readonly #previous = new Map<string, ChannelStats>()
  readonly #sampling: NodeJS.Timeout

  constructor(
    url: string,
    channels: readonly string[],
    headers: Record<string, string> = {},
    twitchAheadMs = 0,
  ) {
    this.#twitchAheadMs = twitchAheadMs
    this.channels = channels.slice(0, maxChannelsPerSocket)
    this.#socket = io(url, {
      transports: ['websocket'],
      forceNew: true,
      extraHeaders: headers,
      ...reconnection(),
    })
    this.#socket.on('connect', () => {
      this.connectedAtMs.push(performance.now())
      for (const login of this.channels) {
        this.#socket.emit('subscribe', login, (answer) => {
          if (answer.ok && answer.stats !== null) this.#take(answer.stats, true)
        })
      }
    })
    this.#socket.on('stats', (stats) => this.#take(stats))
    this.#sampling = setInterval(
      () => (this.stalestMs = Math.max(this.stalestMs, this.ageMs())),
      sampleEveryMs,
    )
  }

  get isConnected(): boolean {
    return this.#socket.connected
  }

  /** The newest frame shown of a channel, or of one of its last two windows. */
  shown(login: string, windowStart?: number): ChannelStats | undefined {
    const [newest, previous] = [this.#newest.get(login), this.#previous.get(login)]
    return windowStart === undefined || newest?.window_start === windowStart
      ? newest
      : previous?.window_start === windowStart
        ? previous
        : undefined
  }

  /** How long ago the newest message shown was written, in the channel of which that is the longest; 0 before any. */
  ageMs(): number {
    const lastMs = [...this.#newest.values()].map(({ last_message_at }) => last_message_at ?? Infinity)
    return lastMs.length === 0 ? 0 : Math.max(0, this.#twitchMs() - Math.min(...lastMs))
  }

  forget(): void {
    this.stalestMs = 0
  }

  /** Waits until every channel shows what was written after `sinceMs` (epoch ms) and is fresh; gives the seconds since then. */
  async recovered(sinceMs: number): Promise<number> {
    await until(
      () =>
        this.channels.every(
          (login) => (this.#newest.get(login)?.last_message_at ?? 0) > sinceMs + this.#twitchAheadMs,
        ) && this.ageMs() < freshWithinMs,
      'what is shown is fresh again',
      120_000,
    )
    return (Date.now() - sinceMs) / 1000
  }

  [Symbol.dispose](): void {
    clearInterval(this.#sampling)
    this.#socket.disconnect()
  }

  /** An answer gives the newest there is; pushed frames may also be the last ones of a window that has ended. */
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
