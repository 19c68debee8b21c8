import { mayBeChannelId, parseChannelName } from '@chat-battle/contracts/channel-name'
import type { ChannelStats } from '@chat-battle/contracts/channel-stats'
import type { ChannelStatus } from '@chat-battle/contracts/channel-status'
import type { ErrorKind, RequestError } from '@chat-battle/contracts/errors'
import { silentWindow } from '@chat-battle/contracts/silent-window'
import { windowStart } from '@chat-battle/contracts/window'
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

export interface Channels {
  /** The login that a name stands for: digits are a known id first, then a login. Throws `RequestRefused`. */
  resolve(name: string): string
  /** What is known of a channel; `joining` where nothing is known yet. */
  status(login: string): ChannelStatus
  /** The current window; null before there is one. */
  current(login: string): ChannelStats | null
  /** The statistics that REST answers with. Throws `RequestRefused`. */
  stats(login: string, start: number | undefined): ChannelStats
  isMonitored(login: string): boolean
}

export function createChannels(statsView: StatsView, statusView: StatusView, now: () => number): Channels {
  const idOf = (login: string) => statusView.get(login)?.channel_id ?? statsView.idOf(login)

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
    const id = idOf(login)
    if (id === undefined) {
      throw new RequestRefused('channel_not_monitored', `${login} is being joined; ask again in a moment`)
    }
    return id
  }

  const current = (login: string): ChannelStats | null => {
    const id = idOf(login)
    if (id === undefined) return null
    const known = statsView.current(id)
    if (statusView.get(login)?.state !== 'joined') return known ?? null
    // A channel that was silent since its last window closed has zeros in the one of now.
    const isOver = known === undefined || (known.final && known.window_end <= now())
    return isOver ? silentWindow(id, login, windowStart(now())) : known
  }

  return {
    current,
    resolve(name) {
      const parsed = parseChannelName(name)
      if (parsed === undefined) {
        throw new RequestRefused(
          'malformed_channel',
          'a channel is named by its login (1 to 25 letters, digits and underscores) or its numeric id',
        )
      }
      if (!mayBeChannelId(parsed)) return parsed
      return statusView.loginOf(parsed) ?? statsView.loginOf(parsed) ?? parsed
    },
    status: (login) =>
      statusView.get(login) ?? {
        channel_login: login,
        channel_id: null,
        state: 'joining',
        since: now(),
        gaps: [],
        clock_skew_ms: null,
      },
    stats(login, start) {
      const id = monitoredId(login)
      const found =
        start === undefined
          ? (current(login) ?? silentWindow(id, login, windowStart(now())))
          : statsView.window(id, start)
      if (found !== undefined) return found
      throw new RequestRefused(
        'window_not_found',
        `no window of ${login} starts at ${start}; older ones are in the archive`,
      )
    },
    isMonitored(login) {
      const state = statusView.get(login)?.state
      return state !== undefined && state !== 'parted'
    },
  }
}
