import { formatChannelRef, parseChannelRef } from '@chat-battle/contracts/channel-name'
import { epochMs } from '@chat-battle/contracts/primitives'
import { maxMessageRangeMs } from '@chat-battle/contracts/rest/parameters'

/** The query of a search. Times are epoch ms of channel time, `to` is exclusive. Empty texts select nothing. */
export interface SearchQuery {
  readonly channel: string
  readonly words: string
  readonly emote: string
  readonly user: string
  readonly from: number
  readonly to: number
}

export type SearchProblem = 'channel' | 'range' | 'long_range'

export interface ReadSearch {
  /** Null: the address does not name a channel and a range. */
  readonly query: SearchQuery | null
  /** What the address names, also where that is not enough. */
  readonly given: Pick<SearchQuery, 'channel' | 'words' | 'emote' | 'user'>
  readonly problems: readonly SearchProblem[]
}

/** The longest texts that the search accepts. */
export const maxWordsLength = 200
export const maxNameLength = 128

export function searchAddress({ channel, words, emote, user, from, to }: SearchQuery): string {
  const pairs = [
    ['channel', channel],
    ['words', words],
    ['emote', emote],
    ['user', user],
    ['from', String(from)],
    ['to', String(to)],
  ].filter(([, value]) => value !== '')
  return `/search?${pairs.map(([name, value = '']) => `${name}=${encodeURIComponent(value)}`).join('&')}`
}

/** Reads the address of a search. What cannot be used is reported. */
export function readSearchAddress(search: Pick<URLSearchParams, 'get'>): ReadSearch {
  const problems: SearchProblem[] = []
  const text = (name: string, most: number) => (search.get(name) ?? '').trim().slice(0, most)
  const ref = parseChannelRef(search.get('channel') ?? '')
  if (ref === undefined && search.get('channel') !== null) problems.push('channel')
  const given = {
    channel: ref === undefined ? '' : formatChannelRef(ref),
    words: text('words', maxWordsLength),
    emote: text('emote', maxNameLength),
    user: text('user', maxNameLength),
  }
  const [from, to] = [timeIn(search.get('from')), timeIn(search.get('to'))]
  if (from === undefined || to === undefined || from >= to) {
    if (search.get('from') !== null || search.get('to') !== null) problems.push('range')
  } else if (to - from > maxMessageRangeMs) problems.push('long_range')
  else if (given.channel !== '') return { query: { ...given, from, to }, given, problems }
  return { query: null, given, problems }
}

function timeIn(text: string | null): number | undefined {
  return text !== null && /^[0-9]{1,16}$/.test(text) ? epochMs.safeParse(Number(text)).data : undefined
}
