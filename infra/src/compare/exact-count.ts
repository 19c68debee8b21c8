import { knownBots } from '@chat-battle/contracts/known-bots'
import { seriesLength, seriesStepMs, windowStart } from '@chat-battle/contracts/window'

/** What a window must show, counted straight from raw lines. */
export interface ExactCount {
  message_count: number
  mirrored_count: number
  bot_messages: number
  unique_chatters: number
  first_time_chatters: number
  subscriber_messages: number
  bits: number
  moderated_messages: number
  moderated_users: number
  notices: Record<string, number>
  top_emotes: { id: string; count: number }[]
  top_chatters: { user_id: string; count: number }[]
  /** Messages by step of the window. */
  series: number[]
  first_message_at: number | null
  last_message_at: number | null
}

interface Tally {
  messages: number
  mirrored: number
  bots: number
  subscribers: number
  bits: number
  firstTimers: Set<string>
  deleted: Set<string>
  banned: Set<string>
  notices: Map<string, number>
  emotes: Map<string, number>
  chatters: Map<string, number>
  series: number[]
  firstAtMs: number | null
  lastAtMs: number | null
}

/**
 * Counts every channel and ten-minute window of raw lines: slowly, plainly, and by none of the code that it checks. Lines
 * are taken as being in time, which is what a replay sends.
 */
export class ExactCounter {
  readonly #tallies = new Map<string, Map<number, Tally>>()
  readonly #seen = new Set<string>()

  add(line: string): void {
    count(line, this.#seen, this.#tallies)
  }

  /** By channel and start of the window, epoch ms. */
  get counts(): Map<string, Map<number, ExactCount>> {
    return new Map(
      [...this.#tallies].map(([channel, windows]) => [
        channel,
        new Map([...windows].map(([start, tally]) => [start, result(tally)])),
      ]),
    )
  }
}

export function exactCount(lines: readonly string[]): Map<string, Map<number, ExactCount>> {
  const counter = new ExactCounter()
  for (const line of lines) counter.add(line)
  return counter.counts
}

function count(line: string, seen: Set<string>, tallies: Map<string, Map<number, Tally>>): void {
  const match = /^@(\S+) :(\S+) (PRIVMSG|CLEARCHAT|CLEARMSG|USERNOTICE) #(\S+)(?: :(.*))?$/su.exec(line)
  if (match === null) return
  const [, rawTags = '', prefix = '', command, channel = '', text = ''] = match
  const tags = Object.fromEntries(
    rawTags.split(';').map((tag) => [tag.slice(0, tag.indexOf('=')), tag.slice(tag.indexOf('=') + 1)]),
  )
  const at = Number(tags['tmi-sent-ts'])
  if (!tags['tmi-sent-ts'] || Number.isNaN(at)) return
  const windows = tallies.get(channel) ?? new Map<number, Tally>()
  tallies.set(channel, windows)
  const tally = windows.get(windowStart(at)) ?? emptyTally()
  windows.set(windowStart(at), tally)

  if (command === 'CLEARCHAT') {
    if (tags['target-user-id']) tally.banned.add(tags['target-user-id'])
  } else if (command === 'CLEARMSG') {
    if (tags['target-msg-id']) tally.deleted.add(tags['target-msg-id'])
  } else if (!seen.has(`${channel} ${tags.id}`)) {
    seen.add(`${channel} ${tags.id}`)
    if (command === 'USERNOTICE') add(tally.notices, tags['msg-id'] ?? '')
    else countMessage(tally, tags, prefix.split('!')[0] ?? '', text, at)
  }
}

function countMessage(
  tally: Tally,
  tags: Record<string, string | undefined>,
  login: string,
  sent: string,
  at: number,
): void {
  const user = tags['user-id'] ?? ''
  const length = [...sent.replace(/^\u0001ACTION /, '').replace(/\u0001$/, '')].length
  tally.messages++
  const step = Math.floor((at - windowStart(at)) / seriesStepMs)
  tally.series[step] = (tally.series[step] ?? 0) + 1
  tally.firstAtMs = Math.min(tally.firstAtMs ?? at, at)
  tally.lastAtMs = Math.max(tally.lastAtMs ?? at, at)
  if (tags['source-room-id'] && tags['source-room-id'] !== tags['room-id']) tally.mirrored++
  if (knownBots.has(login)) tally.bots++
  if (tags.subscriber === '1') tally.subscribers++
  tally.bits += Number(tags.bits ?? 0)
  if (tags['first-msg'] === '1') tally.firstTimers.add(user)
  add(tally.chatters, user)
  for (const emote of (tags.emotes ?? '').split('/').filter((each) => each !== '')) {
    const [id = '', ranges = ''] = emote.split(':')
    for (const range of ranges.split(',')) {
      const [start = NaN, end = NaN] = /^\d+-\d+$/.test(range) ? range.split('-').map(Number) : []
      if (id !== '' && start <= end && end < length) add(tally.emotes, id)
    }
  }
}

function emptyTally(): Tally {
  return {
    messages: 0,
    mirrored: 0,
    bots: 0,
    subscribers: 0,
    bits: 0,
    firstTimers: new Set(),
    deleted: new Set(),
    banned: new Set(),
    notices: new Map(),
    emotes: new Map(),
    chatters: new Map(),
    series: Array.from({ length: seriesLength }, () => 0),
    firstAtMs: null,
    lastAtMs: null,
  }
}

function result(tally: Tally): ExactCount {
  return {
    message_count: tally.messages,
    mirrored_count: tally.mirrored,
    bot_messages: tally.bots,
    unique_chatters: tally.chatters.size,
    first_time_chatters: tally.firstTimers.size,
    subscriber_messages: tally.subscribers,
    bits: tally.bits,
    moderated_messages: tally.deleted.size,
    moderated_users: tally.banned.size,
    notices: Object.fromEntries([...tally.notices].sort()),
    top_emotes: top(tally.emotes).map(([id, times]) => ({ id, count: times })),
    top_chatters: top(new Map([...tally.chatters].filter(([id]) => !tally.banned.has(id)))).map(
      ([user_id, times]) => ({
        user_id,
        count: times,
      }),
    ),
    series: tally.series,
    first_message_at: tally.firstAtMs,
    last_message_at: tally.lastAtMs,
  }
}

function add(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1)
}

function top(counts: ReadonlyMap<string, number>): [string, number][] {
  return [...counts].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1)).slice(0, 10)
}
