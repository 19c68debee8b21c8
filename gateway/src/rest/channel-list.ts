import { channelStatus, type ChannelStatus } from '@chat-battle/contracts/records/channel-status'
import { defaultPageSize, maxPageSize, type ChannelList } from '@chat-battle/contracts/rest/responses'
import { RequestRefused, type Channels } from '../current/channels.ts'
import { namesIn } from './several-channels.ts'

export interface ListQuery {
  /** Undefined: all. */
  logins: ReadonlySet<string> | undefined
  /** Undefined: all. */
  states: ReadonlySet<string> | undefined
  limit: number
  /** Only logins after this one. */
  cursor: string
}

const states: ReadonlySet<string> = new Set(channelStatus.shape.state.options)

/** Reads `?logins=&state=&limit=&cursor=`. Throws `RequestRefused`. */
export function readListQuery(query: Record<string, unknown>, channels: Channels): ListQuery {
  const logins = namesIn(query.logins, 'logins')
  if (logins.length > maxPageSize) throw malformed(`?logins= names at most ${maxPageSize} channels`)
  const wanted = namesIn(query.state, 'state')
  if (!wanted.every((state) => states.has(state)))
    throw malformed(`?state= is a list of ${[...states].join(', ')}`)
  return {
    logins: query.logins === undefined ? undefined : new Set(logins.map((name) => channels.resolve(name))),
    states: wanted.length === 0 ? undefined : new Set(wanted),
    limit: readLimit(query.limit),
    cursor: readCursor(query.cursor),
  }
}

/** The page that a query asks of channels that are in the order of their logins. */
export function pageOf(
  monitored: readonly ChannelStatus[],
  { logins, states, limit, cursor }: ListQuery,
): ChannelList {
  const matching = monitored.filter(
    ({ channel_login, state }) =>
      channel_login > cursor && (logins?.has(channel_login) ?? true) && (states?.has(state) ?? true),
  )
  const channels = matching.slice(0, limit)
  const next_cursor = matching.length > limit ? (channels.at(-1)?.channel_login ?? null) : null
  return { channels, next_cursor }
}

function readLimit(given: unknown): number {
  if (given === undefined) return defaultPageSize
  const limit = typeof given === 'string' && /^[0-9]{1,6}$/.test(given) ? Number(given) : NaN
  if (limit >= 1 && limit <= maxPageSize) return limit
  throw malformed(`?limit= is a number from 1 to ${maxPageSize}`)
}

function readCursor(given: unknown): string {
  if (given === undefined) return ''
  if (typeof given === 'string' && /^[a-z0-9_]{1,64}$/.test(given)) return given
  throw malformed('?cursor= is next_cursor of the page before')
}

function malformed(message: string): RequestRefused {
  return new RequestRefused('malformed_request', message)
}
