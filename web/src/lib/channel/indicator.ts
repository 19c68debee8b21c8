import type { ChannelStatus } from '@chat-battle/contracts/records/channel-status'

/** The way in which the page gets its figures. */
export type ConnectionState = 'connecting' | 'live' | 'polling' | 'slowed' | 'offline' | 'outdated'

export type Indicator =
  | 'joining'
  | 'live'
  | 'reconnecting'
  | 'not_found'
  | 'suspended'
  | 'banned'
  | 'limit_reached'
  | 'waiting'
  | 'stale'
  | 'polling'
  | 'slowed'
  | 'offline'
  | 'outdated'
  /** Not live: the card of a replay. */
  | 'replay'

/** A covered channel has a frame at least every five seconds, so after this time the pipeline lags. */
const staleAfterMs = 20_000

const words: Readonly<Record<Indicator, string>> = {
  joining: 'Joining…',
  live: 'Live',
  reconnecting: 'Reconnecting…',
  not_found: 'Not found',
  suspended: 'Suspended',
  banned: 'Refused',
  limit_reached: 'Over the limit',
  waiting: 'Waiting',
  stale: 'Delayed',
  polling: 'Polling',
  slowed: 'Slowed down',
  offline: 'Offline',
  outdated: 'Reload needed',
  replay: 'Replay',
}

const sentences: Readonly<Record<Indicator, string>> = {
  joining: 'Twitch has been asked to let us in; this takes a few seconds.',
  live: 'Every message is counted as it is written.',
  reconnecting: 'The connection to Twitch was lost and is being restored. The gap will be marked.',
  not_found: 'Twitch has no channel of this name.',
  suspended: 'Twitch has suspended this channel.',
  banned: 'Twitch does not let this server’s account into this channel.',
  limit_reached:
    'The server has joined as many channels as Twitch allows. This one is joined when there is room.',
  waiting: 'The page tries again by itself.',
  stale: 'No new figures have come for a while; these are the last known.',
  polling: 'Live updates cannot connect; the figures are fetched every few seconds.',
  slowed:
    'Too many requests came from your network, so the server makes the page wait. It goes on by itself.',
  offline: 'The server does not answer; these are the last known figures.',
  outdated: 'The server has another version than this page; these are the last known figures.',
  replay: 'Recorded chat, not live.',
}

export interface Circumstances {
  status: ChannelStatus | null
  connection: ConnectionState
  /** Time since the last frame; null before the first. */
  sinceFrameMs: number | null
  /** Whether the server refuses this channel to the page. */
  isRefused: boolean
}

/** The state that a channel's card shows. */
export function indicatorOf({ status, connection, sinceFrameMs, isRefused }: Circumstances): Indicator {
  if (connection === 'offline' || connection === 'slowed' || connection === 'outdated') return connection
  if (isRefused) return 'waiting'
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
      if (sinceFrameMs !== null && sinceFrameMs > staleAfterMs) return 'stale'
      return connection === 'polling' ? 'polling' : 'live'
  }
}

/** Where chat is simulated, these take the place of what is said about Twitch. */
const ofSimulation: Partial<Readonly<Record<Indicator, { word: string; sentence: string }>>> = {
  live: { word: 'Simulated', sentence: 'This chat is simulated. Every message is counted as it is written.' },
  not_found: { word: words.not_found, sentence: 'The simulation has no channel of this name.' },
}

export function describe(indicator: Indicator, isSimulated: boolean): { word: string; sentence: string } {
  const simulated = isSimulated ? ofSimulation[indicator] : undefined
  return simulated ?? { word: words[indicator], sentence: sentences[indicator] }
}

/** A sentence about a server's clock that is off; null where it is not. `skewMs`: how far Twitch's time is ahead of it. */
export function clockSentence(skewMs: number | null): string | null {
  if (skewMs === null) return null
  const minutes = Math.abs(skewMs) / 60_000
  const amount =
    minutes < 1 ? 'less than a minute' : minutes < 1.5 ? 'a minute' : `${Math.round(minutes)} minutes`
  return `The server’s clock is ${amount} ${skewMs > 0 ? 'slow' : 'fast'}; every message is still counted.`
}
