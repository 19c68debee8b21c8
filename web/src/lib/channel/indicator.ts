import type { ChannelStatus } from '@chat-battle/contracts/records/channel-status'
import type { Translated } from '../i18n/messages.ts'
import type { cardMessages, stateSentences, stateWords } from './messages.ts'

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

/** Whether the first figures of a channel in this state come within seconds. */
export function isAboutToShow(indicator: Indicator | undefined): boolean {
  return indicator === 'joining' || indicator === 'live'
}

/** The sentences of the visitor's language. */
export interface StateText {
  words: Translated<(typeof stateWords)['en']>
  sentences: Translated<(typeof stateSentences)['en']>
}

export interface Surroundings {
  /** Then other sentences take the place of what is said about Twitch. */
  isSimulated: boolean
  /** Why the server refuses the channel to the page. */
  refusal: string | null
}

export function describe(
  indicator: Indicator,
  { isSimulated, refusal }: Surroundings,
  { words, sentences }: StateText,
): { word: string; sentence: string } {
  if (isSimulated && indicator === 'live') return { word: words.simulated, sentence: sentences.simulated }
  const word = words[indicator]
  if (isSimulated && indicator === 'not_found') return { word, sentence: sentences.notSimulated }
  const sentence = sentences[indicator]
  return indicator === 'waiting' && refusal !== null
    ? { word, sentence: sentences.refused(refusal, sentence) }
    : { word, sentence }
}

/** A sentence about a server's clock that is off; null where it is not. `skewMs`: how far Twitch's time is ahead of it. */
export function clockSentence(
  skewMs: number | null,
  text: Translated<(typeof cardMessages)['en']>,
): string | null {
  if (skewMs === null) return null
  const minutes = Math.abs(skewMs) / 60_000
  const amount =
    minutes < 1
      ? text.clockUnderMinute
      : minutes < 1.5
        ? text.clockMinute
        : text.clockMinutes(Math.round(minutes))
  return skewMs > 0 ? text.clockSlow(amount) : text.clockFast(amount)
}
