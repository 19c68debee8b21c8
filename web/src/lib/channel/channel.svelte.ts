import { formatChannelRef, mayBeChannelId, parseChannelRef } from '@chat-battle/contracts/channel-name'
import type { ChannelStats } from '@chat-battle/contracts/records/channel-stats'
import type { ChannelStatus } from '@chat-battle/contracts/records/channel-status'
import { isSilent } from '@chat-battle/contracts/records/newer-frame'
import { uncovered } from './coverage.ts'
import { clockSentence, describe, indicatorOf, type ConnectionState } from './indicator.ts'
import { lacksFinal, lacksPrevious, mergeFrame, type Frames } from '../source/merge-frame.ts'
import { newMessageAt } from '../clock/server-clock.ts'
import { gapsOn, paceOf, timelineOf, unwatchedOn } from '../chart/timeline.ts'

/** What the page knows of one channel. */
export class Channel {
  /** The short form in which it was typed, or stands in the address. */
  readonly asked: string
  /** What is shown as its name: Twitch's login once that is known. */
  login = $state('')
  /** Why the server refuses this channel to the page; null where it does not. */
  refusal = $state<string | null>(null)
  status = $state.raw<ChannelStatus | null>(null)
  #frames = $state.raw<Frames>({ current: null, previous: null })
  #heardAtMs = $state<number | null>(null)

  constructor(asked: string, status: ChannelStatus | null = null, stats: ChannelStats | null = null) {
    this.asked = asked
    this.login = status?.channel_login ?? stats?.channel_login ?? nameIn(asked)
    this.status = status
    if (stats !== null) this.#frames = mergeFrame(this.#frames, stats)
  }

  /** The short form that leads here from now on: to ask the server by, and for the address. */
  get name(): string {
    return this.login === nameIn(this.asked) ? this.asked : nameOfLogin(this.login)
  }

  /** The login of digits that was typed and turned out to be this channel's id; null where that is not so. */
  get idTyped(): string | null {
    return mayBeChannelId(this.asked) && this.login !== this.asked ? this.asked : null
  }

  /** From now on frames are expected; what the server has painted counts as one. */
  listen(browserMs: number): void {
    if (this.stats !== null && !isSilent(this.stats)) this.#heardAtMs = browserMs
  }

  get stats(): ChannelStats | null {
    return this.#frames.current
  }

  /** When the message was written that this frame is the first to tell of; see `newMessageAt`. */
  newMessageAt(stats: ChannelStats): number | undefined {
    return newMessageAt(this.#frames, stats)
  }

  take(stats: ChannelStats, browserMs: number): void {
    const merged = mergeFrame(this.#frames, stats)
    if (merged === this.#frames) return
    this.#frames = merged
    // A silent channel's zeros are the gateway's own, and no sign of life.
    if (!isSilent(stats)) this.#heardAtMs = browserMs
  }

  get lacksPrevious(): boolean {
    return lacksPrevious(this.#frames)
  }

  /** See `lacksFinal` of the frames. */
  lacksFinal(stats: ChannelStats): boolean {
    return lacksFinal(this.#frames, stats)
  }

  get clockSentence(): string | null {
    return clockSentence(this.status?.clock_skew_ms ?? null)
  }

  timeline(nowMs: number) {
    return timelineOf(this.#frames, nowMs, uncovered(this.#frames, this.status?.state === 'joined', nowMs))
  }

  pace(nowMs: number): number {
    const timeline = this.timeline(nowMs)
    return timeline === null ? 0 : paceOf(timeline)
  }

  /** What the pace chart shows. */
  chart(nowMs: number) {
    const timeline = this.timeline(nowMs)
    if (timeline === null) return { timeline, gaps: [], unwatched: [] }
    const gaps = gapsOn(timeline, this.#frames, this.status, nowMs)
    return { timeline, gaps, unwatched: unwatchedOn(timeline, this.#frames, gaps, nowMs) }
  }

  indicator(way: ConnectionState, browserMs: number) {
    const heardAgoMs = this.#heardAtMs === null || browserMs === 0 ? null : browserMs - this.#heardAtMs
    const { status, refusal } = this
    const kind = indicatorOf({ status, way, heardAgoMs, isRefused: refusal !== null })
    const { word, sentence } = describe(kind)
    return {
      kind,
      word,
      sentence: kind === 'waiting' ? `The server says: ${refusal}. ${sentence}` : sentence,
    }
  }
}

/** The short form that leads to a login, also where that is made of digits. */
export function nameOfLogin(login: string): string {
  return formatChannelRef({ name: login, isLogin: mayBeChannelId(login) })
}

function nameIn(asked: string): string {
  return parseChannelRef(asked)?.name ?? asked
}
