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

/** What a message has no longer without its text. */
export const withoutText = { message: '', words: null } as const

/** What a message has no longer without its text and its author, for whom `anonymousId` stands from now on. */
export function withoutAuthorOf(row: SelectedRow, anonymousId: string) {
  const userId = String(row.user_id ?? '')
  return {
    ...withoutText,
    user_id: isAnonymousId(userId) ? userId : anonymousId,
    username: '',
    display_name: '',
    color: null,
    badges: null,
    is_anonymous: true,
  }
}
