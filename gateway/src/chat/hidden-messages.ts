import type { ChatMessage, Moderation } from '@chat-battle/contracts/records/chat-event'
import { Recent } from '../collections/recent.ts'

/** Moderation that is remembered per channel, of each kind: a message that arrives later than the moderation of it is not shown. */
const maxRemembered = 1000

/** What moderation hides of a channel, for messages that arrive after it. */
export class HiddenMessages {
  readonly #deleted = new Recent<true>(maxRemembered)
  /** When a person was last banned or timed out, epoch ms. */
  readonly #bannedAt = new Recent<number>(maxRemembered)
  #clearedUntil = 0

  add({ action, target_message_id, target_user_id, timestamp }: Moderation): void {
    if (action === 'clear_chat') this.#clearedUntil = Math.max(this.#clearedUntil, timestamp)
    else if (action === 'delete_message') {
      if (target_message_id !== null) this.#deleted.set(target_message_id, true)
    } else if (target_user_id !== null)
      this.#bannedAt.set(target_user_id, Math.max(timestamp, this.#bannedAt.get(target_user_id) ?? 0))
  }

  hides({ message_id, source_message_id, user_id, timestamp }: ChatMessage): boolean {
    if (this.#deleted.has(message_id)) return true
    if (source_message_id !== null && this.#deleted.has(source_message_id)) return true
    return timestamp <= Math.max(this.#clearedUntil, this.#bannedAt.get(user_id) ?? 0)
  }
}
