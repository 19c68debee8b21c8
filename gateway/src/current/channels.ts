import { parseChannelRef } from '@chat-battle/contracts/channel-name'
import type { ChannelStats } from '@chat-battle/contracts/records/channel-stats'
import type { ChannelStatus } from '@chat-battle/contracts/records/channel-status'
import type { ErrorKind, RequestError } from '@chat-battle/contracts/rest/errors'
import { isNewerFrame } from '@chat-battle/contracts/records/newer-frame'
import { emptyStats } from '@chat-battle/contracts/records/empty-stats'
import { windowStart } from '@chat-battle/contracts/window'
import { silentCoverage } from './silent-coverage.ts'
import type { StatsView } from './stats-view.ts'
import type { StatusView } from './status-view.ts'

/** Thrown for a request that cannot be answered; the edges turn it into the one error shape. */
export class RequestRefused extends Error {
  readonly kind: ErrorKind

  constructor(kind: ErrorKind, message: string) {
    super(message)
    this.kind = kind
  }

  toBody(): RequestError {
    return { kind: this.kind, message: this.message }
  }
}

/** Every answer of these carries the login that was requested, whatever the login was when its frame was written. */
export interface Channels {
  /** The login that a name stands for: digits are a known id first, then a login; `@` says login. Throws `RequestRefused`. */
  resolve(name: string): string
  /** What is known of a channel; `joining` where nothing is known yet. */
  status(login: string): ChannelStatus
  /** The current window; null before there is one, and while the channel is not joined. */
  current(login: string): ChannelStats | null
  /** The statistics that REST answers with. Throws `RequestRefused`. */
  stats(login: string, start: number | undefined): ChannelStats
  /** A frame as it is sent to subscribers: once per login that stands for its channel. */
  addressed(stats: ChannelStats): ChannelStats[]
  isMonitored(login: string): boolean
}

/** `now`: the time of a channel, epoch ms. `skewMs`: how far Twitch's time is reported to be ahead of the installation's. */
export function createChannels(
  statsView: StatsView,
  statusView: StatusView,
  now: (channelId: string, skewMs: number) => number,
): Channels {
  const monitoredId = (login: string): string => {
    const status = statusView.get(login)
    switch (status?.state) {
      case undefined:
      case 'parted':
        throw new RequestRefused(
          'channel_not_monitored',
          `${login} is not monitored; ask for it by POST /api/channels/${login}/watch`,
        )
      case 'not_found':
        throw new RequestRefused('channel_not_found', `Twitch has no channel ${login}`)
      case 'suspended':
        throw new RequestRefused('channel_suspended', `${login} is suspended on Twitch`)
      case 'banned':
        throw new RequestRefused('channel_banned', `Twitch refuses this installation's account in ${login}`)
      case 'limit_reached':
        throw new RequestRefused(
          'channel_limit_reached',
          `the Twitch account has joined as many channels as it may; ${login} is tried again later`,
        )
    }
    const id = statusView.idOf(login)
    if (id === undefined) {
      throw new RequestRefused('channel_not_monitored', `${login} is being joined; ask again in a moment`)
    }
    return id
  }

  const silent = (id: string, status: ChannelStatus): ChannelStats => {
    const nowMs = now(id, status.clock_skew_ms ?? 0)
    const start = windowStart(nowMs)
    return emptyStats(id, status.channel_login, start, silentCoverage(status, start, nowMs))
  }

  const current = (login: string): ChannelStats | null => {
    const [id, status] = [statusView.idOf(login), statusView.get(login)]
    if (id === undefined || status === undefined) return null
    const known = statsView.current(id)
    if (status.state !== 'joined') return known === undefined ? null : named(login, known)
    // A joined channel that was silent since its last window closed has zeros in the one of now.
    const zeros = silent(id, status)
    return known === undefined || isNewerFrame(zeros, known) ? zeros : named(login, known)
  }

  return {
    current,
    resolve(name) {
      const ref = parseChannelRef(name)
      if (ref === undefined) {
        throw new RequestRefused(
          'malformed_channel',
          'a channel is named by its login (1 to 25 letters, digits and underscores) or its numeric id',
        )
      }
      if (ref.isLogin) return ref.name
      return statusView.loginOf(ref.name) ?? ref.name
    },
    status: (login) =>
      statusView.get(login) ?? {
        channel_login: login,
        channel_id: null,
        state: 'joining',
        since: Math.floor(now('', 0)),
        gaps: [],
        clock_skew_ms: null,
      },
    stats(login, start) {
      const id = monitoredId(login)
      const found = start === undefined ? current(login) : (statsView.window(id, start) ?? null)
      if (found !== null) return named(login, found)
      const status = statusView.get(login)
      // Zeros of a channel that is being joined again: nothing of the window is known to be covered.
      if (start === undefined && status !== undefined) return silent(id, status)
      throw new RequestRefused(
        'window_not_found',
        `no window of ${login} starts at ${start}; older ones are in the archive`,
      )
    },
    addressed: (stats) => Array.from(statusView.loginsOf(stats.channel_id), (login) => named(login, stats)),
    isMonitored(login) {
      const state = statusView.get(login)?.state
      return state !== undefined && state !== 'parted'
    },
  }
}

function named(login: string, stats: ChannelStats): ChannelStats {
  return stats.channel_login === login ? stats : { ...stats, channel_login: login }
}
