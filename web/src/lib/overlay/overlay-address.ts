import type { AddressText } from '../battle/address-messages.ts'
import { readAddress, scales, type Scale } from '../battle/battle-address.ts'
import type { Channel } from '../channel/channel.svelte.ts'
import { readVoteAddress, voteParameters, type VoteAddress } from '../vote/vote-address.ts'

export const layouts = ['bar', 'curve', 'leaders', 'moment', 'vote'] as const
export const sizes = ['s', 'm', 'l', 'xl'] as const
export const positions = ['top-left', 'top', 'top-right', 'bottom-left', 'bottom', 'bottom-right'] as const
export const lists = ['chatters', 'emotes'] as const

type Layout = (typeof layouts)[number]
export type Size = (typeof sizes)[number]
type Position = (typeof positions)[number]
export type LeadersList = (typeof lists)[number]

/** A channel on air, and its place in the address, which decides its colour. */
export interface AirChannel {
  channel: Channel
  index: number
}

/** Everything about an overlay. */
export interface Overlay {
  /** In their short forms, at most four. */
  channels: readonly string[]
  layout: Layout
  scale: Scale
  size: Size
  /** Where it stands in the source. */
  position: Position
  /** Who leads: people who write, or emotes. */
  list: LeadersList
  /** For the layout `vote`. Without a stretch it begins when the overlay is shown. */
  vote: VoteAddress
  /** Shows an invented moment, marked as one. */
  isExample: boolean
}

type Search = Pick<URLSearchParams, 'get' | 'has'>

/** Reads an overlay; an unknown value counts as missing. `channels`: as in the path. */
export function readOverlay(
  channels: string,
  search: Search,
  text: AddressText,
): { overlay: Overlay; problems: string[] } {
  const { address, problems } = readAddress(new URLSearchParams({ channels }), text)
  const one = <V extends string>(name: string, known: readonly V[], otherwise: V): V =>
    known.find((value) => value === search.get(name)) ?? otherwise
  const overlay = {
    channels: address.channels,
    layout: one('layout', layouts, 'bar'),
    scale: one('scale', scales, 'messages'),
    size: one('size', sizes, 'm'),
    position: one('position', positions, 'top-left'),
    list: one('list', lists, 'chatters'),
    vote: { ...readVoteAddress(search).address, channel: address.channels[0] ?? null, result: null },
    isExample: search.get('example') === '1',
  }
  return { overlay, problems }
}

/** The path of an overlay. What is the default, or means nothing to the layout, does not stand in it. */
export function overlayAddress(overlay: Overlay): string {
  const { channels, layout, scale, size, position, list, vote, isExample } = overlay
  const pairs: [string, string][] = [['layout', layout]]
  if ((layout === 'bar' || layout === 'curve') && scale !== 'messages') pairs.push(['scale', scale])
  if (layout === 'leaders' && list !== 'chatters') pairs.push(['list', list])
  if (size !== 'm') pairs.push(['size', size])
  if (position !== 'top-left') pairs.push(['position', position])
  if (layout === 'moment' && isExample) pairs.push(['example', '1'])
  const query = pairs.map(([name, value]) => `${name}=${value}`)
  if (layout === 'vote') query.push(...voteParameters({ ...vote, result: null }))
  const shown = layout === 'vote' ? channels.slice(0, 1) : channels
  return `/overlay/${shown.join(',')}?${query.join('&')}`
}

/** The size of the source in a broadcaster that fits the layout, px. */
export function sourceSize({ layout, size, channels, vote }: Overlay): { width: number; height: number } {
  const many = Math.max(1, channels.length)
  const sizesOf: Readonly<Record<Layout, [number, number]>> = {
    bar: [240 * many + 60, 130],
    curve: [640, 320],
    leaders: [270 * many + 40, 330],
    moment: [640, 170],
    vote: [560, 150 + 66 * Math.max(2, vote.options.length)],
  }
  const [width, height] = sizesOf[layout]
  const factor = zooms[size]
  return { width: Math.round(width * factor), height: Math.round(height * factor) }
}

export const zooms: Readonly<Record<Size, number>> = { s: 0.75, m: 1, l: 1.4, xl: 2 }
