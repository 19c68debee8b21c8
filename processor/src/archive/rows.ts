import type { ChannelStats } from '@chat-battle/contracts/records/channel-stats'
import type { ChatMessage } from '@chat-battle/contracts/records/chat-event'
import { columnFigures } from '@chat-battle/contracts/records/figures'
import { windowStart } from '@chat-battle/contracts/window'
import type { TopicRecord } from '@chat-battle/runtime/kafka/record'

/** A row by column name, as the driver takes it. */
export type Row = Readonly<Record<string, unknown>>

export const archiveTables = ['raw_chat_messages', 'channel_events', 'channel_windows'] as const

export interface TableRow {
  table: (typeof archiveTables)[number]
  row: Row
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
    source_channel_id: message.source_channel_id,
    source_message_id: message.source_message_id,
    input_offset: record.offset,
    appended_at: new Date(record.appendedAtMs),
    is_bot: message.is_bot,
    mood: message.mood,
    is_anonymous: message.is_anonymous,
  }
}

export function windowRow(stats: ChannelStats): Row {
  return {
    channel_id: stats.channel_id,
    window_start: new Date(stats.window_start),
    channel_login: stats.channel_login,
    ...Object.fromEntries(columnFigures.map((name) => [name, stats[name]])),
    stats: JSON.stringify(stats),
    coverage: stats.coverage === null ? null : JSON.stringify(stats.coverage),
    covered_ms: stats.coverage?.reduce((sum, { from, to }) => sum + to - from, 0) ?? null,
  }
}
