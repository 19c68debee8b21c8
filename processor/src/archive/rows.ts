import { mentionsIn } from '@chat-battle/contracts/records/anonymise'
import type { ChannelStats } from '@chat-battle/contracts/records/channel-stats'
import type { ChannelEvent, ChatMessage } from '@chat-battle/contracts/records/chat-event'
import { columnFigures } from '@chat-battle/contracts/records/figures'
import type { WindowSummary } from '@chat-battle/contracts/records/window-summary'
import { emoteUsageMs } from '@chat-battle/contracts/rest/routes/list-emotes'
import { windowStart } from '@chat-battle/contracts/window'
import type { TopicRecord } from '@chat-battle/runtime/kafka/record'
import { eventRow } from './event-row.ts'
import { streamRow } from './stream-row.ts'
import { peopleInStats, peopleInSummary } from './without-people.ts'

/** A row by column name, as the driver takes it. */
export type Row = Readonly<Record<string, unknown>>

export const archiveTables = [
  'raw_chat_messages',
  'channel_events',
  'displaced_records',
  'channel_windows',
  'channel_names',
  'channel_streams',
  'channel_moments',
] as const

export interface TableRow {
  table: (typeof archiveTables)[number]
  row: Row
  /** The row's write time, epoch ms; by default the append time of its record. */
  writtenAtMs?: number
  /** Time to live in s; by default the table's. */
  ttlS?: number
}

/** A day more than lists of emotes reach back. */
const furtherEmotesTtlS = emoteUsageMs / 1000 + 24 * 60 * 60

/** A broker's clock that is further behind Twitch's than this gets the last record of a repeated message instead of the first. */
const maxBrokerBehindMs = 60 * 60_000

/**
 * The write time of a message's row: the earlier its record was appended, the later, so that the first record of a repeated message
 * wins, as it does in the statistics. It lies before the append time, so a deletion of the row or its text always holds.
 */
function firstWins({ timestamp }: ChatMessage, { appendedAtMs, offset }: TopicRecord): number {
  // Of two records of one millisecond the lower offset is the first.
  const orderMs = (Number(offset) % 1000) / 1000
  return Math.max(1, Math.min(appendedAtMs, 2 * (timestamp - maxBrokerBehindMs) - appendedAtMs) - orderMs)
}

export function messageRow(message: ChatMessage, record: TopicRecord): Row {
  return {
    channel_id: message.channel_id,
    window_start: new Date(windowStart(message.timestamp)),
    timestamp: new Date(message.timestamp),
    message_id: message.message_id,
    channel_login: message.channel_login,
    user_id: message.user_id,
    username: message.username,
    display_name: message.display_name,
    color: message.color,
    message: message.message,
    is_action: message.is_action,
    emotes: JSON.stringify(message.emotes),
    badges: message.badges,
    bits: message.bits,
    is_first: message.is_first,
    is_subscriber: message.is_subscriber,
    reply_to_message_id: message.reply_to?.message_id ?? null,
    reply_to_user_id: message.reply_to?.user_id ?? null,
    reply_to_username: message.reply_to?.username ?? null,
    reply_to_is_bot: message.reply_to?.is_bot ?? null,
    source_channel_id: message.source_channel_id,
    source_message_id: message.source_message_id,
    input_offset: record.offset,
    appended_at: new Date(record.appendedAtMs),
    is_bot: message.is_bot,
    mood: message.mood,
    is_anonymous: message.is_anonymous,
    mentions: setOf(mentionsIn(message.message)),
  }
}

/** The row that finds a record appended in another window than the one of its time; undefined: it was not. */
function displacedRow(event: ChannelEvent, record: TopicRecord): Row | undefined {
  const appendWindow = windowStart(record.appendedAtMs)
  if (event.timestamp === null || windowStart(event.timestamp) === appendWindow) return undefined
  return {
    channel_id: event.channel_id,
    window_start: new Date(appendWindow),
    input_offset: record.offset,
    appended_at: new Date(record.appendedAtMs),
    type: event.type,
    at: new Date(event.timestamp),
    message_id: event.type === 'message' ? event.message_id : null,
  }
}

export function windowRow(stats: ChannelStats): Row {
  return {
    channel_id: stats.channel_id,
    window_start: new Date(stats.window_start),
    channel_login: stats.channel_login,
    ...Object.fromEntries(columnFigures.map((name) => [name, stats[name]])),
    stats: JSON.stringify(stats),
    stats_people: setOf(peopleInStats(stats)),
    coverage: stats.coverage === null ? null : JSON.stringify(stats.coverage),
    covered_ms: stats.coverage?.reduce((sum, { from, to }) => sum + to - from, 0) ?? null,
  }
}

/** Every row of an input record. `messageTtlS`: of the rows that stay as long as the messages; by default their table's. */
export function inputRows(event: ChannelEvent, record: TopicRecord, messageTtlS?: number): TableRow[] {
  const displaced = displacedRow(event, record)
  const stream = streamRow(event)
  const asMessages: TableRow[] = [
    event.type === 'message'
      ? { table: 'raw_chat_messages', row: messageRow(event, record), writtenAtMs: firstWins(event, record) }
      : { table: 'channel_events', row: eventRow(event, record) },
    ...(displaced === undefined ? [] : [{ table: 'displaced_records' as const, row: displaced }]),
  ]
  return [
    ...(messageTtlS === undefined ? asMessages : asMessages.map((row) => ({ ...row, ttlS: messageTtlS }))),
    ...(stream === undefined ? [] : [{ table: 'channel_streams' as const, row: stream }]),
  ]
}

/** An empty set would be a tombstone. */
function setOf(values: readonly string[]): readonly string[] | null {
  return values.length === 0 ? null : values
}

/** The columns of a closed window that its summary adds, in the same row. */
export function summaryRow(summary: WindowSummary): Row {
  return {
    channel_id: summary.channel_id,
    window_start: new Date(summary.window_start),
    sketch: Buffer.from(summary.sketch, 'base64'),
    emotes: JSON.stringify(summary.emotes),
    people: JSON.stringify(summary.people),
    summary_people: setOf(peopleInSummary(summary)),
    steps: JSON.stringify(summary.steps),
  }
}

/** The column of a closed window that only lists of every emote need, for as long as they reach back. */
export function furtherEmotesRow({ channel_id, window_start, further_emotes }: WindowSummary): TableRow[] {
  if (further_emotes === null) return []
  const row = {
    channel_id,
    window_start: new Date(window_start),
    further_emotes: JSON.stringify(further_emotes),
  }
  return [{ table: 'channel_windows', row, ttlS: furtherEmotesTtlS }]
}

/** Which channel had a login last. */
export function nameRow({ channel_id, channel_login, window_start }: ChannelStats): Row {
  return { channel_login, channel_id, window_start: new Date(window_start) }
}
