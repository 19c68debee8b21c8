import { untrack } from 'svelte'
import { formatChannelRef, mayBeChannelId, parseChannelRef } from '@chat-battle/contracts/channel-name'
import type { ChannelStats } from '@chat-battle/contracts/records/channel-stats'
import type { ChannelStatus } from '@chat-battle/contracts/records/channel-status'
import { isSilent } from '@chat-battle/contracts/records/newer-frame'
import type { PageClock } from '../clock/page-clock.svelte.ts'
import { newMessageAt } from '../clock/server-clock.ts'
import { lacksFinal, lacksPrevious, mergeFrame, type Frames } from '../source/merge-frame.ts'
import { viewOf } from './channel-view.ts'
import { indicatorOf, type ConnectionState, type Indicator } from './indicator.ts'

/** The times by which a channel is drawn; the page's clock, or that of a replay. */
type ChannelClock = Pick<PageClock, 'nowMs' | 'browserMs' | 'learn'>

interface Received {
  frames: Frames
  /** When the last frame arrived, epoch ms by the browser; null before the first. */
  atMs: number | null
}

const nothing: Received = { frames: { current: null, previous: null }, atMs: null }

/** The state of one channel on the page. Frames are taken in at once and drawn with the next `draw`. */
export class Channel {
  /** The short form that was typed, or that the page's address has. */
  readonly requested: string
  /** The name that is shown: Twitch's login once that is known. */
  login = $state('')
  /** Why the server refuses this channel to the page; null where it does not. */
  refusal = $state<string | null>(null)
  status = $state.raw<ChannelStatus | null>(null)
  readonly #clock: ChannelClock
  #received: Received = nothing
  #drawn = $state.raw<Received>(this.#received)
  readonly #drawnStartMs = $derived(this.#drawn.frames.current?.window_start)
  /** Computed once per second and at the start of a window: a step of the chart takes five seconds. */
  readonly view = $derived.by(() => {
    void this.#drawnStartMs
    const frames = untrack(() => this.#drawn.frames)
    return viewOf(frames, this.status, this.#clock.nowMs)
  })

  constructor(
    clock: ChannelClock,
    requested: string,
    status: ChannelStatus | null,
    stats: ChannelStats | null,
  ) {
    this.#clock = clock
    this.requested = requested
    this.login = status?.channel_login ?? stats?.channel_login ?? nameIn(requested)
    this.status = status
    if (stats !== null)
      this.#received = { ...this.#received, frames: mergeFrame(this.#received.frames, stats) }
    this.draw()
  }

  /** The short form that names this channel from now on, to the server and in the address. */
  get name(): string {
    return this.login === nameIn(this.requested) ? this.requested : nameOfLogin(this.login)
  }

  /** The digits that were typed and turned out to be this channel's id; null otherwise. */
  get idTyped(): string | null {
    return mayBeChannelId(this.requested) && this.login !== this.requested ? this.requested : null
  }

  /** The statistics that are drawn. */
  get stats(): ChannelStats | null {
    return this.#drawn.frames.current
  }

  /** Start of the current window, epoch ms; 0 without a frame. */
  get startMs(): number {
    return this.#received.frames.current?.window_start ?? 0
  }

  get lacksPrevious(): boolean {
    return lacksPrevious(this.#received.frames)
  }

  /** See `lacksFinal` of the frames. */
  lacksFinal(stats: ChannelStats): boolean {
    return lacksFinal(this.#received.frames, stats)
  }

  /** Expects frames from now on. The first paint counts as one. */
  expectFrames(): void {
    const { current } = this.#received.frames
    if (current === null || isSilent(current)) return
    this.#received = { ...this.#received, atMs: Date.now() }
    this.draw()
  }

  /** Takes in a frame of the running stream, from which the clock learns too. Returns whether it changed anything. */
  takeLive(stats: ChannelStats): boolean {
    const writtenAtMs = newMessageAt(this.#received.frames, stats)
    if (writtenAtMs !== undefined) this.#clock.learn(writtenAtMs)
    return this.take(stats)
  }

  /** Takes in a frame that may be old; returns whether it changed anything. */
  take(stats: ChannelStats): boolean {
    const { frames, atMs } = this.#received
    const merged = mergeFrame(frames, stats)
    if (merged === frames) return false
    // The gateway makes the zeros of a silent channel itself, so they prove no covered chat.
    this.#received = { frames: merged, atMs: isSilent(stats) ? atMs : Date.now() }
    return true
  }

  /** Forgets its frames: the next one may be older. */
  reset(): void {
    this.#received = nothing
  }

  draw(): void {
    if (this.#drawn !== this.#received) this.#drawn = this.#received
  }

  indicator(connection: ConnectionState): Indicator {
    const { browserMs } = this.#clock
    const { atMs } = this.#drawn
    const sinceFrameMs = atMs === null || browserMs === 0 ? null : browserMs - atMs
    return indicatorOf({ status: this.status, connection, sinceFrameMs, isRefused: this.refusal !== null })
  }
}

/** The short form of a login, also where that is made of digits. */
export function nameOfLogin(login: string): string {
  return formatChannelRef({ name: login, isLogin: mayBeChannelId(login) })
}

function nameIn(requested: string): string {
  return parseChannelRef(requested)?.name ?? requested
}
