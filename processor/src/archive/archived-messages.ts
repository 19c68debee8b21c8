import { emoteRange } from '@chat-battle/contracts/records/chat-event'
import { isAnonymousId } from '@chat-battle/contracts/records/opt-out'
import type { SelectedRow } from '@chat-battle/runtime/cassandra/select'
import type { RowsToRewrite } from './rewrite-rows.ts'

/** The messages that a clause finds. `notBeforeMs`: epoch ms by the broker's clock, after every write of them. */
export function messagesWhere(where: string, values: readonly unknown[], notBeforeMs: number): RowsToRewrite {
  return {
    table: 'raw_chat_messages',
    key: ['channel_id', 'window_start', 'timestamp', 'message_id'],
    columns: ['user_id', 'username', 'message', 'emotes', 'reply_to_user_id'],
    timed: 'channel_login',
    where,
    values,
    notBeforeMs,
  }
}

const emoteRanges = emoteRange.array()

/** The columns of a message without its text: its emotes stay, and their places in it do not. */
export function withoutText({ emotes }: SelectedRow) {
  return { message: '', mentions: null, emotes: withoutPlaces(emotes) }
}

function withoutPlaces(emotes: unknown): string {
  try {
    const ranges = emoteRanges.parse(JSON.parse(String(emotes)))
    return JSON.stringify(ranges.map((range) => ({ ...range, start: 0, end: 0 })))
  } catch {
    return '[]'
  }
}

/** The columns of a message without its text and its author, for whom `anonymousId` stands from now on. */
export function withoutAuthorOf(row: SelectedRow, anonymousId: string) {
  const userId = String(row.user_id ?? '')
  return {
    ...withoutText(row),
    user_id: isAnonymousId(userId) ? userId : anonymousId,
    username: '',
    display_name: '',
    color: null,
    badges: null,
    is_anonymous: true,
  }
}
