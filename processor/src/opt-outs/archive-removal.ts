import { joinMoment, splitMoment } from '@chat-battle/contracts/archive/moment-row'
import {
  anonymise,
  mentionsIn,
  withoutMentions,
  type OptedOut,
} from '@chat-battle/contracts/records/anonymise'
import { channelStats } from '@chat-battle/contracts/records/channel-stats'
import { chatEvent, emoteRange } from '@chat-battle/contracts/records/chat-event'
import { summaryPeople } from '@chat-battle/contracts/records/window-summary'
import type { CassandraClient } from '@chat-battle/runtime/cassandra/client'
import { selectPage, type SelectedRow } from '@chat-battle/runtime/cassandra/select'
import type { Logger } from '@chat-battle/runtime/process/logger'
import { messagesWhere, withoutAuthorOf } from '../archive/archived-messages.ts'
import { rewriteRows, type RowChange, type RowsToRewrite } from '../archive/rewrite-rows.ts'
import { untilAnswered } from '../archive/until-answered.ts'
import { momentWithout, peopleInStats, statsWithout } from '../archive/without-people.ts'
import { together, type PendingPerson } from './pending-person.ts'

export interface ArchiveRemovalParts {
  cassandra: CassandraClient
  logger: Logger
  keepAlive: () => Promise<void>
}

/** Names are learned from so many archived messages at most. */
const maxNamedRows = 1000
const emoteRanges = emoteRange.array()

/** The names that a person's archived messages have. */
export async function namesInArchive(
  { userId }: PendingPerson,
  { cassandra, ...options }: ArchiveRemovalParts,
): Promise<string[]> {
  const query = 'SELECT username, display_name FROM raw_chat_messages WHERE user_id = ?'
  const { rows } = await untilAnswered(
    () => selectPage(cassandra, query, [userId], { pageSize: maxNamedRows }),
    options,
  )
  return [...new Set(rows.flatMap((row) => [String(row.username ?? ''), String(row.display_name ?? '')]))]
}

/** Rewrites the rows of every table that name a person. Returns how many. Running it again changes nothing more. */
export async function removeFromArchive(
  person: PendingPerson,
  notBeforeMs: number,
  { cassandra, ...options }: ArchiveRemovalParts,
): Promise<number> {
  const { userId, anonymousId, names } = person
  const people = together([person])
  const rewrite = (rows: RowsToRewrite, change: RowChange) => rewriteRows(cassandra, rows, change, options)
  const messages = (where: string, value: string) => messagesWhere(where, [value], notBeforeMs)
  const edit: RowChange = (row) => withoutMention(row, person, people)
  let count = await rewrite(messages('user_id = ?', userId), (row) => withoutAuthorOf(row, anonymousId))
  count += await rewrite(messages('reply_to_user_id = ?', userId), edit)
  for (const name of names) count += await rewrite(messages('mentions CONTAINS ?', name.toLowerCase()), edit)
  count += await rewrite(events(userId, notBeforeMs), (row) => withoutPersonIn(row, person, people))
  count += await rewrite(moments(userId, notBeforeMs), (row) => momentColumns(row, person, people))
  count += await rewrite(windows('stats', userId, notBeforeMs), (row) => statsColumns(row, people))
  return (
    count + (await rewrite(windows('summary', userId, notBeforeMs), (row) => summaryColumns(row, userId)))
  )
}

/** The message of another person, whose reply and text no longer name the person who opted out. */
function withoutMention(row: SelectedRow, { userId, anonymousId }: PendingPerson, people: OptedOut) {
  const isReply = row.reply_to_user_id === userId
  const reply = isReply ? { reply_to_user_id: anonymousId, reply_to_username: '' } : {}
  const emotes = emoteRanges.safeParse(parseJson(row.emotes)).data ?? []
  const edited = withoutMentions(String(row.message ?? ''), emotes, people)
  if (edited === undefined) return isReply ? reply : undefined
  const { message } = edited
  return { ...reply, message, emotes: JSON.stringify(edited.emotes), mentions: mentionsIn(message) }
}

function events(userId: string, notBeforeMs: number): RowsToRewrite {
  return {
    table: 'channel_events',
    key: ['channel_id', 'window_start', 'type', 'at', 'input_offset'],
    columns: ['user_ids', 'event'],
    timed: 'event',
    where: 'user_ids CONTAINS ?',
    values: [userId],
    notBeforeMs,
  }
}

function withoutPersonIn(row: SelectedRow, { userId, anonymousId }: PendingPerson, people: OptedOut) {
  const event = chatEvent.safeParse(parseJson(row.event))
  const others = (row.user_ids as readonly string[]).filter((id) => id !== userId)
  if (!event.success) return { user_ids: others, event: null }
  // The archived notice has no params that name people, so it is known from the row that it is about this person.
  const replaced = anonymise(event.data, people)
  const named = replaced.type === 'notice' ? { ...replaced, system_message: '' } : replaced
  const isActor = JSON.stringify(named).includes(anonymousId)
  return { user_ids: isActor ? [...others, anonymousId] : others, event: JSON.stringify(named) }
}

function windows(kind: 'stats' | 'summary', userId: string, notBeforeMs: number): RowsToRewrite {
  return {
    table: 'channel_windows',
    key: ['channel_id', 'window_start'],
    columns: kind === 'stats' ? ['stats'] : ['people'],
    timed: kind === 'stats' ? 'stats' : 'people',
    where: `${kind}_people CONTAINS ?`,
    values: [userId],
    notBeforeMs,
  }
}

function statsColumns(row: SelectedRow, people: OptedOut) {
  const stats = channelStats.safeParse(parseJson(row.stats))
  if (!stats.success) return { stats: null, stats_people: null }
  const rewritten = statsWithout(stats.data, people) ?? stats.data
  return { stats: JSON.stringify(rewritten), stats_people: peopleInStats(rewritten) }
}

function summaryColumns(row: SelectedRow, userId: string) {
  const people = summaryPeople.safeParse(parseJson(row.people))
  if (!people.success) return { people: null, summary_people: null }
  const entries = people.data.entries.filter(([id]) => id !== userId)
  return {
    people: JSON.stringify({ ...people.data, entries }),
    summary_people: entries.map(([id]) => id),
  }
}

function moments(userId: string, notBeforeMs: number): RowsToRewrite {
  return {
    table: 'channel_moments',
    key: ['channel_id', 'start'],
    columns: ['figures', 'texts'],
    timed: 'texts',
    where: 'people CONTAINS ?',
    values: [userId],
    notBeforeMs,
  }
}

function momentColumns({ figures, texts }: SelectedRow, { userId }: PendingPerson, people: OptedOut) {
  const nothing = { texts: null, people: null }
  if (typeof figures !== 'string' || typeof texts !== 'string') return nothing
  try {
    const moment = joinMoment(figures, texts)
    const left = splitMoment(momentWithout(moment, people, [userId]) ?? moment)
    return { texts: left.texts, people: left.people }
  } catch {
    return nothing
  }
}

function parseJson(text: unknown): unknown {
  try {
    return JSON.parse(String(text))
  } catch {
    return undefined
  }
}
