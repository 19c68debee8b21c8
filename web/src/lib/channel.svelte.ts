import type { ChannelStats } from '@chat-battle/contracts/channel-stats'
import type { ChannelStatus } from '@chat-battle/contracts/channel-status'
import { describe, indicatorOf, type Way } from './indicator.ts'
import { lacksPrevious, mergeFrame, type Frames } from './merge-frame.ts'
import { newMessageAt } from './server-clock.ts'
import { gapsOn, paceOf, timelineOf } from './timeline.ts'

/** What the page knows of one channel. */
export class Channel {
  /** As it was asked for; Twitch's login once that is known. */
  login = $state('')
  status = $state.raw<ChannelStatus | null>(null)
  #frames = $state.raw<Frames>({ current: null, previous: null })
  #heardAtMs = $state<number | null>(null)

  constructor(login: string, status: ChannelStatus | null = null, stats: ChannelStats | null = null) {
    this.login = login
    this.status = status
    if (stats !== null) this.#frames = mergeFrame(this.#frames, stats)
  }

  /** From now on frames are expected; what the server has painted counts as one. */
  listen(browserMs: number): void {
    if ((this.stats?.revision ?? 0) > 0) this.#heardAtMs = browserMs
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
    if (stats.revision > 0) this.#heardAtMs = browserMs
  }

  get lacksPrevious(): boolean {
    return lacksPrevious(this.#frames)
  }

  timeline(nowMs: number) {
    return timelineOf(this.#frames, nowMs)
  }

  pace(nowMs: number): number {
    const timeline = this.timeline(nowMs)
    return timeline === null ? 0 : paceOf(timeline)
  }

  gaps(nowMs: number) {
    const timeline = this.timeline(nowMs)
    return timeline === null ? [] : gapsOn(timeline, this.status, nowMs)
  }

  indicator(way: Way, browserMs: number) {
    const heardAgoMs = this.#heardAtMs === null || browserMs === 0 ? null : browserMs - this.#heardAtMs
    const kind = indicatorOf(this.status, way, heardAgoMs)
    return { kind, ...describe(kind) }
  }
}
