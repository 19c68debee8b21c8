import type { ChannelStatus } from '@chat-battle/contracts/channel-status'

/** How the page gets its figures. */
export type Way = 'connecting' | 'live' | 'polling' | 'offline'

export type Indicator =
  | 'joining'
  | 'live'
  | 'reconnecting'
  | 'not_found'
  | 'suspended'
  | 'banned'
  | 'limit_reached'
  | 'stale'
  | 'polling'
  | 'offline'

/** A heard channel has a frame at least every five seconds; without one for so long, something is behind. */
export const staleAfterMs = 20_000

const words: Readonly<Record<Indicator, string>> = {
  joining: 'Joining…',
  live: 'Live',
  reconnecting: 'Reconnecting…',
  not_found: 'Not found',
  suspended: 'Suspended',
  banned: 'Refused',
  limit_reached: 'Over the limit',
  stale: 'Delayed',
  polling: 'Polling',
  offline: 'Offline',
}

const sentences: Readonly<Record<Indicator, string>> = {
  joining: 'Twitch has been asked to let us in; this takes a few seconds.',
  live: 'Every message is counted as it is written.',
  reconnecting: 'The connection to Twitch was lost and is being restored. The gap will be marked.',
  not_found: 'Twitch has no channel of this name.',
  suspended: 'Twitch has suspended this channel.',
  banned: 'Twitch refuses this installation’s account in this channel.',
  limit_reached: 'The Twitch account has joined as many channels as it may.',
  stale: 'No new figures have come for a while; these are the last known.',
  polling: 'Live updates cannot connect; the figures are fetched every few seconds.',
  offline: 'The server does not answer; these are the last known figures.',
}

/** What a channel's figures are worth now. `heardAgoMs`: since its last frame; null where there was none. */
export function indicatorOf(status: ChannelStatus | null, way: Way, heardAgoMs: number | null): Indicator {
  if (way === 'offline') return 'offline'
  switch (status?.state) {
    case undefined:
    case 'joining':
    case 'parted':
      return 'joining'
    case 'not_found':
    case 'suspended':
    case 'banned':
    case 'limit_reached':
    case 'reconnecting':
      return status.state
    case 'joined':
      if (heardAgoMs !== null && heardAgoMs > staleAfterMs) return 'stale'
      return way === 'polling' ? 'polling' : 'live'
  }
}

export function describe(indicator: Indicator): { word: string; sentence: string } {
  return { word: words[indicator], sentence: sentences[indicator] }
}
