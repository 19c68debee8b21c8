import type { ChatMessages, RemovedMessages } from '@chat-battle/contracts/live/down'
import type { ShownMessage } from '@chat-battle/contracts/records/shown-message'

export function message(given: Partial<ShownMessage> = {}): ShownMessage {
  const username = given.username ?? 'ada'
  return {
    message_id: 'm1',
    user_id: `id of ${username}`,
    username,
    display_name: username,
    color: null,
    message: 'hello',
    is_action: false,
    timestamp: 1000,
    emotes: [],
    badges: {},
    bits: 0,
    is_first: false,
    is_subscriber: false,
    reply_to: null,
    source_channel_id: null,
    is_bot: null,
    ...given,
  }
}

export function messages(
  channel_id: string,
  all: readonly Partial<ShownMessage>[],
  skipped = 0,
): ChatMessages {
  return { channel_id, messages: all.map(message), skipped }
}

export function removal(channel_id: string, given: Partial<RemovedMessages>): RemovedMessages {
  return { channel_id, message_ids: [], user_ids: [], all: false, ...given }
}
