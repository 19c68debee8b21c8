import type { TimeRange } from '@chat-battle/contracts/records/channel-stats'
import { maxHistoryAgeMs } from '@chat-battle/contracts/rest/routes/get-history'
import type { AddressText } from './address-messages.ts'
import { maxChannels, partsOf, readTyped } from './typed-channel.ts'

/** Ranges that end now. `live` is the window of ten minutes by frames; the others come from the archive too. */
const openRanges = ['live', '10m', '1h', '1d', '7d'] as const
const views = ['together', 'apart'] as const
export const scales = ['messages', 'per_chatter', 'per_viewer'] as const
const comparisons = ['none', 'day', 'stream'] as const
const sides = ['none', 'chat', 'moments'] as const

/** A channel that the form adds before the page's scripts run. The server takes it into the channels. */
export const addedName = 'add'

type OpenRange = (typeof openRanges)[number]
/** A fixed range is epoch ms of channel time. */
type Range = OpenRange | TimeRange
type View = (typeof views)[number]
export type Scale = (typeof scales)[number]
type Comparison = (typeof comparisons)[number]
type Side = (typeof sides)[number]

/** Everything about a battle that a link shares. */
export interface BattleAddress {
  /** In their short forms, each once, at most four. */
  channels: readonly string[]
  range: Range
  view: View
  scale: Scale
  compare: Comparison
  side: Side
}

export const defaultAddress: BattleAddress = {
  channels: [],
  range: 'live',
  view: 'together',
  scale: 'messages',
  compare: 'none',
  side: 'none',
}

export interface ReadAddress {
  address: BattleAddress
  /** Sentences about what is not shown. */
  problems: string[]
}

type Search = Pick<URLSearchParams, 'get' | 'getAll' | 'has'>

/** Reads the page's own address, and reports what cannot be shown. */
export function readAddress(search: Search, text: AddressText): ReadAddress {
  const { channels, problems } = readChannels(search, text)
  const choice = <V extends string>(name: 'view' | 'scale' | 'compare' | 'side', known: readonly V[]) => {
    const given = search.get(name)
    const found = known.find((value) => value === given)
    if (given !== null && found === undefined) problems.push(text.unknownValue(name, shortened(given)))
    return found
  }
  const rangeText = search.get('range')
  const range = rangeText === null ? 'live' : parseRange(rangeText)
  if (range === undefined) problems.push(text.badRange(shortened(rangeText ?? '')))
  const address: BattleAddress = {
    channels,
    range: range ?? defaultAddress.range,
    view: choice('view', views) ?? defaultAddress.view,
    scale: choice('scale', scales) ?? defaultAddress.scale,
    compare: choice('compare', comparisons) ?? defaultAddress.compare,
    side: choice('side', sides) ?? defaultAddress.side,
  }
  return { address, problems: [...new Set(problems)] }
}

/** The page's address. What is left out, and what is the default, does not stand in it. */
export function addressOf(given: Partial<BattleAddress>): string {
  const { channels, range, view, scale, compare, side } = { ...defaultAddress, ...given }
  const pairs = [
    ['channels', channels.join(',')],
    ['range', range === defaultAddress.range ? '' : formatRange(range)],
    ['view', view === defaultAddress.view ? '' : view],
    ['scale', scale === defaultAddress.scale ? '' : scale],
    ['compare', compare === defaultAddress.compare ? '' : compare],
    ['side', side === defaultAddress.side ? '' : side],
  ].filter(([, value]) => value !== '')
  return channels.length === 0 ? '/' : `/?${pairs.map(([name, value]) => `${name}=${value}`).join('&')}`
}

/** Undefined: neither a known name nor two times of which the first is earlier, as far apart as the archive reaches. */
function parseRange(text: string): Range | undefined {
  const open = openRanges.find((known) => known === text)
  if (open !== undefined) return open
  const [, fromText, toText] = /^(\d{1,15})-(\d{1,15})$/.exec(text) ?? []
  const [from, to] = [Number(fromText), Number(toText)]
  return to > from && to - from <= maxHistoryAgeMs ? { from, to } : undefined
}

function formatRange(range: Range): string {
  return typeof range === 'string' ? range : `${range.from}-${range.to}`
}

function readChannels(search: Search, text: AddressText): { channels: string[]; problems: string[] } {
  const lists = search.getAll('channels')
  const names = [
    ...lists.flatMap((list) => list.split(',')),
    ...search.getAll(addedName).flatMap(partsOf),
  ].filter((name) => name.trim() !== '')
  const problems = lists.length > 1 ? [text.repeated] : []
  if (search.has('channel')) problems.push(text.singular)
  const channels: string[] = []
  const beyond: string[] = []
  for (const name of names) {
    const typed = readTyped(name, text)
    if ('problem' in typed) problems.push(text.notShown(shortened(name), typed.problem))
    else if (channels.includes(typed.channel)) continue
    else if (channels.length < maxChannels) channels.push(typed.channel)
    else if (!beyond.includes(typed.channel)) beyond.push(typed.channel)
  }
  if (beyond.length > 0) problems.push(text.beyond(shortened(beyond.join(', '), 120)))
  return { channels, problems }
}

function shortened(text: string, most = 40): string {
  return text.length > most ? `${text.slice(0, most)}…` : text
}
