import type { ChatMessage } from '@chat-battle/contracts/records/chat-event'
import { decodeChatEvent } from '@chat-battle/contracts/records/decode-chat-event'
import type { SelectedRow } from '@chat-battle/runtime/cassandra/select'

/** The columns of `raw_chat_messages` that say what a message counts as. They hold no text. */
export const countedColumns = [
  'channel_id',
  'channel_login',
  'timestamp',
  'message_id',
  'user_id',
  'username',
  'emotes',
  'bits',
  'is_first',
  'is_subscriber',
  'reply_to_message_id',
  'reply_to_user_id',
  'reply_to_username',
  'reply_to_is_bot',
  'source_channel_id',
  'is_bot',
  'mood',
  'is_anonymous',
  'input_offset',
  'appended_at',
] as const

/** The columns of a message as it is shown. */
export const shownColumns = [
  ...countedColumns,
  'display_name',
  'color',
  'message',
  'is_action',
  'badges',
  'source_message_id',
] as const

/** A message as ingest wrote it; missing columns are empty. Undefined: the row is damaged. */
export function messageOf(row: SelectedRow): ChatMessage | undefined {
  const replyTo = row.reply_to_message_id ?? null
  const decoded = decodeChatEvent({
    type: 'message',
    channel_id: row.channel_id,
    channel_login: row.channel_login,
    message_id: row.message_id,
    user_id: row.user_id,
    username: row.username ?? '',
    display_name: row.display_name ?? '',
    color: row.color ?? null,
    message: row.message ?? '',
    is_action: row.is_action ?? false,
    timestamp: Number(row.timestamp),
    emotes: emotesOf(row.emotes),
    badges: row.badges ?? {},
    bits: row.bits ?? 0,
    is_first: row.is_first ?? false,
    is_subscriber: row.is_subscriber ?? false,
    reply_to:
      replyTo === null
        ? null
        : {
            message_id: replyTo,
            user_id: row.reply_to_user_id,
            username: row.reply_to_username ?? '',
            is_bot: row.reply_to_is_bot ?? null,
          },
    source_channel_id: row.source_channel_id ?? null,
    source_message_id: row.source_message_id ?? null,
    is_bot: row.is_bot ?? null,
    mood: row.mood ?? null,
    is_anonymous: row.is_anonymous ?? false,
  })
  return decoded.success && decoded.data.type === 'message' ? decoded.data : undefined
}

/** The JSON of the column `emotes`; undefined: it is damaged. */
export function emotesOf(stored: unknown): unknown {
  try {
    return stored === null || stored === undefined ? [] : JSON.parse(String(stored))
  } catch {
    return undefined
  }
}
