import type { ChannelLive } from '@chat-battle/contracts/records/channel-live'
import type { ChannelStats } from '@chat-battle/contracts/records/channel-stats'
import type { EmoteSetRecord } from '@chat-battle/contracts/records/emote-set'
import type { ChannelStatus, ChannelStatusRecord } from '@chat-battle/contracts/records/channel-status'
import { shownMoment, type Moment, type MomentRecord } from '@chat-battle/contracts/records/moment'
import { isSilent } from '@chat-battle/contracts/records/newer-frame'
import type { EmoteSets } from './emotes/emote-sets.ts'
import type { SeenTwitchEmotes } from './emotes/seen-twitch-emotes.ts'
import type { StatusView } from './directory/status-view.ts'
import type { ViewListeners } from './kafka/view-reader.ts'
import type { GatewayMetrics } from './metrics.ts'
import type { Phase } from './phase.ts'
import type { ChannelTime } from './current/channel-time.ts'
import type { Channels } from './current/channels.ts'
import type { LiveView } from './current/live-view.ts'
import type { SummaryView } from './archive/history/summary-view.ts'
import type { MomentView } from './current/moment-view.ts'
import type { StatsView } from './current/stats-view.ts'

/** Where changes go that subscribers have to see. */
interface Publisher {
  publishStats(stats: ChannelStats): void
  publishStatus(status: ChannelStatus): void
  publishLive(live: ChannelLive): void
  publishMoment(moment: Moment): void
}

export interface IntakeOptions {
  statsView: StatsView
  statusView: StatusView
  summaries: SummaryView
  channels: Channels
  moments: MomentView
  time: ChannelTime
  liveView: LiveView
  emoteSets: EmoteSets
  twitchEmotes: SeenTwitchEmotes
  phase: Phase
  publisher: Publisher
  metrics: Pick<GatewayMetrics, 'frames'>
  /** A moment of a channel began or changed. */
  onMoment: (login: string, moment: Moment) => void
  /** The current frame of a channel changed. */
  onFrame: (login: string, frame: ChannelStats) => void
}

/** Applies the records of the topics to the views, and publishes what they change once the gateway serves. */
export class Intake implements ViewListeners {
  readonly #options: IntakeOptions
  #newestFrameAtMs: number | undefined

  constructor(options: IntakeOptions) {
    this.#options = options
  }

  /** Time since the newest frame arrived, ms; null before the first frame. */
  frameAgeMs(): number | null {
    return this.#newestFrameAtMs === undefined ? null : Math.round(performance.now() - this.#newestFrameAtMs)
  }

  onStats(stats: ChannelStats): void {
    const { statsView, twitchEmotes, channels, time, phase, publisher, metrics, onFrame } = this.#options
    this.#newestFrameAtMs = performance.now()
    const change = statsView.apply(stats)
    metrics.frames.inc({ change })
    twitchEmotes.see(stats.top_emotes)
    if (!phase.isServing || change === 'none' || change === 'past') return
    if (change === 'current') time.learn(stats)
    for (const frame of channels.framesFor(stats)) {
      publisher.publishStats(frame)
      if (change === 'current') onFrame(frame.channel_login, frame)
    }
  }

  /** Sent under every login of the channel, as frames are. */
  onLive(live: ChannelLive): void {
    const { liveView, statusView, phase, publisher } = this.#options
    if (!liveView.apply(live) || !phase.isServing) return
    for (const login of statusView.loginsOf(live.channel_id))
      publisher.publishLive({ ...live, channel_login: login })
  }

  onLiveDeleted(channelId: string): void {
    this.#options.liveView.forget(channelId)
  }

  onStatus(record: ChannelStatusRecord): void {
    const { statusView, phase, publisher } = this.#options
    const changed = statusView.apply(record)
    if (!phase.isServing || changed === undefined) return
    publisher.publishStatus(changed)
    // The login may belong to another channel now, or to one whose frames arrived before this record.
    this.#publishCurrent(changed.channel_login, () => true)
  }

  onStatusDeleted(login: string, atMs: number): void {
    const { statusView, phase, publisher } = this.#options
    const changed = statusView.forget(login, atMs)
    if (phase.isServing && changed !== undefined) publisher.publishStatus(changed)
  }

  onEmoteSet(record: EmoteSetRecord, appendedAtMs: number): void {
    this.#options.emoteSets.apply(record, appendedAtMs)
  }

  onSummary(key: string, value: Buffer | null): void {
    this.#options.summaries.apply(key, value)
  }

  onEmoteSetDeleted(recordKey: string): void {
    this.#options.emoteSets.forget(recordKey)
  }

  onMoment(record: MomentRecord): void {
    const { moments, statusView, twitchEmotes, phase, publisher, onMoment } = this.#options
    if (record.leading.emote !== null) twitchEmotes.see([record.leading.emote])
    if (!moments.apply(record) || !phase.isServing) return
    for (const login of statusView.loginsOf(record.channel_id)) {
      const moment = { ...shownMoment(record), channel_login: login }
      publisher.publishMoment(moment)
      onMoment(login, moment)
    }
  }

  /** Publishes the zeros of a silent channel: they reach the next window without a frame from Kafka. */
  publishZeros(login: string): void {
    this.#publishCurrent(login, isSilent)
  }

  #publishCurrent(login: string, isWanted: (stats: ChannelStats) => boolean): void {
    const { channels, publisher } = this.#options
    const current = channels.current(login)
    if (current !== null && isWanted(current)) publisher.publishStats(current)
  }
}
