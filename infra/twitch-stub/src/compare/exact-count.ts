import { graceMs, seriesLength, seriesStepMs, windowMs, windowStart } from '@chat-battle/contracts/window'
import { emotesOf, isOfBot, noAnswers, type ProviderAnswers, type Tags } from './third-party.ts'

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
  top_emotes: { id: string; count: number; provider: string }[]
  top_chatters: { user_id: string; count: number }[]
  top_bots: { user_id: string; count: number }[] | null
  reply_count: number | null
  most_replied_to: { user_id: string; count: number }[] | null
  /** Messages by step of the window. */
  series: number[]
  first_message_at: number | null
  last_message_at: number | null
}

/** What is known of a channel: times are epoch ms. */
interface Channel {
  windows: Map<number, Tally>
  /** When each message and notice was written, by id. */
  messages: Map<string, number>
  notices: Map<string, number>
  deletions: { id: string; at: number }[]
  bans: { user: string; at: number }[]
  clearings: number[]
}

interface Tally {
  messages: number
  mirrored: number
  bots: Map<string, number>
  subscribers: number
  bits: number
  firstTimers: Set<string>
  notices: Map<string, number>
  emotes: Map<string, number>
  chatters: Map<string, number>
  replies: number
  repliedTo: Map<string, number>
  series: number[]
  firstAtMs: number | null
  lastAtMs: number | null
}

/**
 * Counts every channel and ten-minute window of raw lines: slowly, plainly, and by none of the code that it checks. Lines
 * are taken as being in time, which is what a replay sends.
 */
export class ExactCounter {
  readonly #channels = new Map<string, Channel>()
  readonly #answers: ProviderAnswers

  constructor(answers: ProviderAnswers) {
    this.#answers = answers
  }

  add(line: string): void {
    count(line, this.#channels, this.#answers)
  }

  /** By channel and start of the window, epoch ms. */
  get counts(): Map<string, Map<number, ExactCount>> {
    return new Map(
      [...this.#channels].map(([login, channel]) => [
        login,
        new Map([...channel.windows].map(([start, tally]) => [start, result(channel, start, tally)])),
      ]),
    )
  }
}

export function exactCount(
  lines: readonly string[],
  answers = noAnswers,
): Map<string, Map<number, ExactCount>> {
  const counter = new ExactCounter(answers)
  for (const line of lines) counter.add(line)
  return counter.counts
}

function count(line: string, channels: Map<string, Channel>, answers: ProviderAnswers): void {
  const match = /^@(\S+) :(\S+) (PRIVMSG|CLEARCHAT|CLEARMSG|USERNOTICE) #(\S+)(?: :(.*))?$/su.exec(line)
  if (match === null) return
  const [, rawTags = '', prefix = '', command, login = '', text = ''] = match
  const tags = Object.fromEntries(
    rawTags.split(';').map((tag) => [tag.slice(0, tag.indexOf('=')), tag.slice(tag.indexOf('=') + 1)]),
  )
  const at = Number(tags['tmi-sent-ts'])
  if (!tags['tmi-sent-ts'] || Number.isNaN(at)) return
  const channel = channels.get(login) ?? emptyChannel()
  channels.set(login, channel)
  const tally = channel.windows.get(windowStart(at)) ?? emptyTally()
  channel.windows.set(windowStart(at), tally)

  const id = tags.id ?? ''
  if (command === 'CLEARCHAT') {
    if (tags['target-user-id']) channel.bans.push({ user: tags['target-user-id'], at })
    else if (text === '') channel.clearings.push(at)
  } else if (command === 'CLEARMSG') {
    if (tags['target-msg-id']) channel.deletions.push({ id: tags['target-msg-id'], at })
  } else if (!channel.messages.has(id) && !channel.notices.has(id)) {
    if (command === 'PRIVMSG') {
      channel.messages.set(id, at)
      countMessage(tally, tags, at)
      for (const emote of emotesOf(tags, text, answers)) add(tally.emotes, emote)
      if (isOfBot(prefix.split('!')[0] ?? '', tags, answers)) add(tally.bots, tags['user-id'] ?? '')
    } else {
      channel.notices.set(id, at)
      add(tally.notices, tags['msg-id'] ?? '')
    }
  }
}

function countMessage(tally: Tally, tags: Tags, at: number): void {
  const user = tags['user-id'] ?? ''
  tally.messages++
  const step = Math.floor((at - windowStart(at)) / seriesStepMs)
  tally.series[step] = (tally.series[step] ?? 0) + 1
  tally.firstAtMs = Math.min(tally.firstAtMs ?? at, at)
  tally.lastAtMs = Math.max(tally.lastAtMs ?? at, at)
  if (tags['source-room-id'] && tags['source-room-id'] !== tags['room-id']) tally.mirrored++
  if (tags.subscriber === '1' || hasSubscribersBadge(tags.badges ?? '')) tally.subscribers++
  tally.bits += Number(tags.bits ?? 0)
  if (tags['first-msg'] === '1') tally.firstTimers.add(user)
  add(tally.chatters, user)
  const repliedTo = tags['reply-parent-user-id']
  if (tags['reply-parent-msg-id'] && repliedTo) {
    tally.replies++
    if (repliedTo !== user) add(tally.repliedTo, repliedTo)
  }
}

/** Founders are a channel's first subscribers: Twitch gives them this badge in place of that of subscribers. */
function hasSubscribersBadge(badges: string): boolean {
  return /(^|,)(subscriber|founder)(\/|,|$)/.test(badges)
}

/** Moderation reaches its own window, and the one before for as long as that still takes what belongs to it. */
export function reaches(start: number, at: number): boolean {
  return at >= start && at < start + windowMs + graceMs
}

function isWithin(start: number, at: number): boolean {
  return at >= start && at < start + windowMs
}

/** Messages of the window that were deleted or cleared, and deletions in it whose message is elsewhere or not known. */
function moderatedMessages(channel: Channel, start: number): number {
  const moderated = new Set<string>()
  const settledBefore = new Set<string>()
  for (const { id, at } of channel.deletions) {
    const writtenAt = channel.messages.get(id) ?? channel.notices.get(id) ?? NaN
    if (isWithin(start, writtenAt) && reaches(start, at)) moderated.add(id)
    else if (isWithin(start, at) && reaches(windowStart(writtenAt), at)) settledBefore.add(id)
  }
  for (const { id, at } of channel.deletions)
    if (isWithin(start, at) && !settledBefore.has(id)) moderated.add(id)
  const clearings = channel.clearings.filter((at) => reaches(start, at))
  if (clearings.length === 0) return moderated.size
  const clearedUntil = Math.max(...clearings)
  for (const [id, at] of channel.messages) if (isWithin(start, at) && at <= clearedUntil) moderated.add(id)
  return moderated.size
}

function emptyChannel(): Channel {
  return {
    windows: new Map(),
    messages: new Map(),
    notices: new Map(),
    deletions: [],
    bans: [],
    clearings: [],
  }
}

function emptyTally(): Tally {
  return {
    messages: 0,
    mirrored: 0,
    bots: new Map(),
    subscribers: 0,
    bits: 0,
    firstTimers: new Set(),
    notices: new Map(),
    emotes: new Map(),
    chatters: new Map(),
    replies: 0,
    repliedTo: new Map(),
    series: Array.from({ length: seriesLength }, () => 0),
    firstAtMs: null,
    lastAtMs: null,
  }
}

function result(channel: Channel, start: number, tally: Tally): ExactCount {
  const bannedWhere = (holds: (at: number) => boolean) =>
    new Set(channel.bans.filter(({ at }) => holds(at)).map(({ user }) => user))
  const hidden = bannedWhere((at) => reaches(start, at))
  const topPeople = (counts: ReadonlyMap<string, number>) =>
    top(new Map([...counts].filter(([id]) => !hidden.has(id)))).map(([user_id, count]) => ({
      user_id,
      count,
    }))
  return {
    message_count: tally.messages,
    mirrored_count: tally.mirrored,
    bot_messages: [...tally.bots.values()].reduce((sum, times) => sum + times, 0),
    unique_chatters: tally.chatters.size,
    first_time_chatters: tally.firstTimers.size,
    subscriber_messages: tally.subscribers,
    bits: tally.bits,
    moderated_messages: moderatedMessages(channel, start),
    moderated_users: bannedWhere((at) => isWithin(start, at)).size,
    notices: Object.fromEntries([...tally.notices].sort()),
    top_emotes: top(tally.emotes).map(([key, count]) => {
      const [provider = '', ...id] = key.split(':')
      return { id: id.join(':'), count, provider }
    }),
    top_chatters: topPeople(new Map([...tally.chatters].filter(([id]) => !tally.bots.has(id)))),
    top_bots: topPeople(tally.bots),
    reply_count: tally.replies,
    most_replied_to: topPeople(tally.repliedTo),
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
