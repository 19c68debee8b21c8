import { formatChannelRef, parseChannelRef } from '@chat-battle/contracts/channel-name'
import type { Stretch } from './ballot.ts'
import {
  formatOptions,
  parseOptions,
  problemOf,
  type OptionsProblem,
  type VoteOption,
} from './vote-options.ts'

export const maxTitleLength = 120
const maxVoteMs = 24 * 60 * 60_000
const maxCount = 1e9

/** The outcome of a vote. */
export interface Tally {
  /** Votes per option; each person has one. */
  counts: readonly number[]
  /** Whether votes may be missing. */
  isLeast: boolean
}

/** Everything about a vote that a link shares. */
export interface VoteAddress {
  /** Short form; null: none is named. */
  channel: string | null
  title: string
  options: readonly VoteOption[]
  /** How long it lasts once it starts; null: until it is stopped. */
  lengthMs: number | null
  /** Null before the start. */
  stretch: Stretch | null
  /** Null until it has ended. */
  result: Tally | null
}

export type VoteProblem = OptionsProblem | 'channel' | 'range' | 'length' | 'counts'

type Search = Pick<URLSearchParams, 'get' | 'has'>

/** Reads what `voteAddress` makes. A part with a problem is left out. */
export function readVoteAddress(search: Search): { address: VoteAddress; problems: VoteProblem[] } {
  const problems: VoteProblem[] = []
  const channelText = search.get('channel') ?? ''
  const ref = parseChannelRef(channelText)
  if (ref === undefined && channelText !== '') problems.push('channel')
  const options = parseOptions(search.get('options') ?? '')
  const wrong = search.has('options') ? problemOf(options) : undefined
  if (wrong !== undefined) problems.push(wrong)
  const lengthMs = readLength(search)
  if (lengthMs === undefined) problems.push('length')
  const stretch = readStretch(search)
  if (stretch === undefined) problems.push('range')
  const result = readResult(search, options.length)
  if (result === undefined) problems.push('counts')
  return {
    address: {
      channel: ref === undefined ? null : formatChannelRef(ref),
      title: (search.get('title') ?? '').trim().slice(0, maxTitleLength),
      options: wrong === undefined ? options : [],
      lengthMs: lengthMs ?? null,
      stretch: stretch ?? null,
      result: result ?? null,
    },
    problems,
  }
}

/** The parameters of a vote, for the address of its page and of an overlay. */
export function voteParameters({ title, options, lengthMs, stretch, result }: VoteAddress): string[] {
  const pairs: [string, string][] = [
    ['options', formatOptions(options)],
    ['title', title],
    ['for', lengthMs === null ? '' : String(lengthMs / 1000)],
    ['from', stretch === null ? '' : String(stretch.from)],
    ['to', String(stretch?.to ?? '')],
    ['counts', result?.counts.join(',') ?? ''],
    ['least', result?.isLeast === true ? '1' : ''],
  ]
  return pairs
    .filter(([, value]) => value !== '')
    .map(
      ([name, value]) => `${name}=${encodeURIComponent(value).replaceAll('%2C', ',').replaceAll('%3A', ':')}`,
    )
}

export function voteAddress(vote: VoteAddress): string {
  if (vote.channel === null) return '/vote'
  return `/vote?${[`channel=${vote.channel}`, ...voteParameters(vote)].join('&')}`
}

/** Undefined: malformed. */
function readLength(search: Search): number | null | undefined {
  const text = search.get('for')
  if (text === null) return null
  const ms = /^\d{1,6}$/.test(text) ? Number(text) * 1000 : 0
  return ms > 0 && ms <= maxVoteMs ? ms : undefined
}

function readStretch(search: Search): Stretch | null | undefined {
  if (!search.has('from')) return null
  const from = readTime(search.get('from'))
  const to = search.has('to') ? readTime(search.get('to')) : null
  if (from === undefined || to === undefined) return undefined
  return to === null || (to > from && to - from <= maxVoteMs) ? { from, to } : undefined
}

function readTime(text: string | null): number | undefined {
  return text !== null && /^\d{1,15}$/.test(text) ? Number(text) : undefined
}

function readResult(search: Search, options: number): Tally | null | undefined {
  const text = search.get('counts')
  if (text === null) return null
  const counts = text.split(',').map((count) => (/^\d{1,10}$/.test(count) ? Number(count) : NaN))
  if (counts.length !== options || !counts.every((count) => count <= maxCount)) return undefined
  return { counts, isLeast: search.get('least') === '1' }
}
