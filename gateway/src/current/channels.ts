import { emptyStats } from '@chat-battle/contracts/records/empty-stats'
import type { ChannelStats } from '@chat-battle/contracts/records/channel-stats'
import type { ChannelStatus } from '@chat-battle/contracts/records/channel-status'
import { isNewerFrame } from '@chat-battle/contracts/records/newer-frame'
import { windowStart } from '@chat-battle/contracts/window'
import { requireJoined } from '../directory/require-joined.ts'
import { resolveLogin } from '../directory/resolve-login.ts'
import type { StatusView } from '../directory/status-view.ts'
import { RequestRefused } from '../refusal.ts'
import { silentCoverage } from './silent-coverage.ts'
import type { StatsView } from './stats-view.ts'

/** The time of a channel, epoch ms. `skewMs`: how far Twitch's clock is reported to be ahead of the installation's clock. */
export type TimeOf = (channelId: string, skewMs: number) => number

/** What the gateway shows of a channel. Every frame carries the requested login, even if it was written under another. */
export class Channels {
  readonly #statsView: StatsView
  readonly #statusView: StatusView
  readonly #timeOf: TimeOf

  constructor(statsView: StatsView, statusView: StatusView, timeOf: TimeOf) {
    this.#statsView = statsView
    this.#statusView = statusView
    this.#timeOf = timeOf
  }

  /** See `resolveLogin`. */
  resolve(name: string): string {
    return resolveLogin(this.#statusView, name)
  }

  /** `joining` for a channel without a status. */
  status(login: string): ChannelStatus {
    return (
      this.#statusView.get(login) ?? {
        channel_login: login,
        channel_id: null,
        state: 'joining',
        since: Math.floor(this.#timeOf('', 0)),
        gaps: [],
        clock_skew_ms: null,
      }
    )
  }

  isMonitored(login: string): boolean {
    const state = this.#statusView.get(login)?.state
    return state !== undefined && state !== 'parted'
  }

  /** The current window; null before the first window, and while the channel is not joined. */
  current(login: string): ChannelStats | null {
    const [id, status] = [this.#statusView.idOf(login), this.#statusView.get(login)]
    if (id === undefined || status === undefined) return null
    const known = this.#statsView.current(id)
    if (status.state !== 'joined') return known === undefined ? null : withLogin(login, known)
    // A joined channel that was silent since its last window closed has zeros in the window of now.
    const zeros = this.#zeros(id, status)
    return known === undefined || isNewerFrame(zeros, known) ? zeros : withLogin(login, known)
  }

  /** The window that starts at `start`, or the current one. Throws `RequestRefused`. */
  stats(login: string, start: number | undefined): ChannelStats {
    const status = this.#statusView.get(login)
    requireJoined(login, status?.state)
    const id = this.#statusView.idOf(login)
    if (id === undefined || status === undefined) {
      throw new RequestRefused('channel_not_monitored', `${login} is being joined; try again in a moment`)
    }
    const found = start === undefined ? this.current(login) : (this.#statsView.window(id, start) ?? null)
    if (found !== null) return withLogin(login, found)
    // A channel that is being joined again: no part of the window is known to be covered.
    if (start === undefined) return this.#zeros(id, status)
    throw new RequestRefused(
      'window_not_found',
      `no window of ${login} starts at ${start}; older windows are in the archive`,
    )
  }

  /** The time of a channel, epoch ms. */
  now(login: string): number {
    return this.#timeOf(this.#statusView.idOf(login) ?? '', this.#statusView.get(login)?.clock_skew_ms ?? 0)
  }

  /** The joined login with this id; undefined: no joined login has it. */
  loginOf(id: string): string | undefined {
    return this.#statusView.loginOf(id)
  }

  /** The windows of a channel that are in memory, with the zeros of a joined one that is silent. */
  windows(id: string, login: string): ChannelStats[] {
    const known = this.#statsView.windows(id)
    const current = this.current(login)
    const isKnown = known.some(({ window_start }) => window_start === current?.window_start)
    return current === null || current.channel_id !== id || isKnown ? known : [...known, current]
  }

  /** A frame as subscribers receive it: once per login that has the frame's channel id. */
  framesFor(stats: ChannelStats): ChannelStats[] {
    return Array.from(this.#statusView.loginsOf(stats.channel_id), (login) => withLogin(login, stats))
  }

  #zeros(id: string, status: ChannelStatus): ChannelStats {
    const nowMs = this.#timeOf(id, status.clock_skew_ms ?? 0)
    const start = windowStart(nowMs)
    return emptyStats(id, status.channel_login, start, silentCoverage(status, start, nowMs))
  }
}

function withLogin(login: string, stats: ChannelStats): ChannelStats {
  return stats.channel_login === login ? stats : { ...stats, channel_login: login }
}
