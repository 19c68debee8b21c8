import { formatChannelRef, parseChannelRef } from '@chat-battle/contracts/channel-name'
import {
  maxReplayChannels,
  maxReplayRangeMs,
  replaySpeed,
  type ReplaySpeed,
} from '@chat-battle/contracts/live/replay'
import { epochMs } from '@chat-battle/contracts/primitives'

/** Times are epoch ms; `to` is exclusive. */
export interface ReplayPlace {
  readonly channels: readonly string[]
  readonly from: number
  readonly to: number
  /** Where the replay is. Default: `from`. */
  readonly at?: number
  readonly speed?: ReplaySpeed
}

/** What of an address cannot be used. */
export type AddressProblem = 'channels' | 'too_many_channels' | 'range' | 'long_range' | 'at' | 'speed'

export interface ReadAddress {
  /** Null: the address does not name channels and a range that can be replayed. */
  readonly place: Required<ReplayPlace> | null
  /** What the address names, also where that is not enough. */
  readonly channels: readonly string[]
  readonly problems: readonly AddressProblem[]
}

/** The address of a replay. Default values are left out. */
export function replayAddress({ channels, from, to, at = from, speed = 1 }: ReplayPlace): string {
  const place = at === from ? '' : `&at=${Math.floor(at)}`
  return `/replay?channels=${channels.join(',')}&from=${from}&to=${to}${place}${speed === 1 ? '' : `&speed=${speed}`}`
}

/** Reads the address of a replay. Unknown values fall back, and are reported. */
export function readReplayAddress(search: Pick<URLSearchParams, 'get'>): ReadAddress {
  const problems = new Set<AddressProblem>()
  const channels = channelsIn(search.get('channels') ?? '', problems)
  const from = timeIn(search.get('from'))
  const to = timeIn(search.get('to'))
  const isAsked = search.get('from') !== null || search.get('to') !== null
  if (from === undefined || to === undefined || from >= to) {
    if (isAsked) problems.add('range')
    return { place: null, channels, problems: [...problems] }
  }
  if (to - from > maxReplayRangeMs) problems.add('long_range')
  if (channels.length === 0 || to - from > maxReplayRangeMs)
    return { place: null, channels, problems: [...problems] }
  const at = atIn(search.get('at'), { from, to }, problems)
  const speed = speedIn(search.get('speed'), problems)
  return { place: { channels, from, to, at, speed }, channels, problems: [...problems] }
}

function channelsIn(list: string, problems: Set<AddressProblem>): string[] {
  const names = list.split(',').filter((name) => name.trim() !== '')
  const channels = new Set<string>()
  for (const name of names) {
    const ref = parseChannelRef(name)
    if (ref === undefined) problems.add('channels')
    else channels.add(formatChannelRef(ref))
  }
  if (channels.size > maxReplayChannels) problems.add('too_many_channels')
  return [...channels].slice(0, maxReplayChannels)
}

function timeIn(text: string | null): number | undefined {
  return text !== null && /^[0-9]{1,16}$/.test(text) ? epochMs.safeParse(Number(text)).data : undefined
}

function atIn(
  text: string | null,
  { from, to }: { from: number; to: number },
  problems: Set<AddressProblem>,
): number {
  if (text === null) return from
  const at = timeIn(text)
  if (at !== undefined && at >= from && at < to) return at
  problems.add('at')
  return from
}

function speedIn(text: string | null, problems: Set<AddressProblem>): ReplaySpeed {
  if (text === null) return 1
  const speed = replaySpeed.safeParse(Number(text)).data
  if (speed === undefined) problems.add('speed')
  return speed ?? 1
}
