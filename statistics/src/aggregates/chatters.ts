import { knownBots } from '@chat-battle/contracts/known-bots'
import type { ChatMessage } from '@chat-battle/contracts/records/chat-event'
import { CountTable } from '../collections/count-table.ts'
import { HyperLogLog } from '../collections/hyper-log-log.ts'
import { Aggregate, type IsHidden } from './aggregate.ts'

/** Up to here chatters are counted exactly, above by a sketch. */
export const maxExactChatters = 20_000

const always = () => true

export class Chatters extends Aggregate {
  readonly #messages = new CountTable(maxExactChatters)
  /** The distinct chatters once `#messages` has forgotten some; empty before. */
  readonly #sketch = new HyperLogLog()
  override readonly collections = { chatters: this.#messages, sketch: this.#sketch }

  override countMessage(message: ChatMessage, _sinceStartMs: number, isHidden: IsHidden): void {
    const { user_id, username, is_anonymous } = message
    if (this.#sketch.isEmpty) {
      if (this.#messages.size >= maxExactChatters && !this.#messages.has(user_id)) {
        for (const id of this.#messages.ids()) this.#sketch.add(id)
        this.#sketch.add(user_id)
      }
    } else this.#sketch.add(user_id)
    this.#messages.add(user_id, username, is_anonymous ? always : isHidden)
  }

  override hidePerson(userId: string): void {
    this.#messages.exclude(userId)
  }

  /** Above `maxExactChatters` the sketch has counted the user id, and counts the anonymous id again when they write. */
  override anonymise(userId: string, anonymousId: string): boolean {
    return this.#messages.anonymise(userId, anonymousId)
  }

  figures() {
    return {
      unique_chatters: this.#sketch.isEmpty ? this.#messages.size : this.#sketch.estimate(),
      top_chatters: this.#messages
        .top()
        .map(({ id, name, count }) => ({ user_id: id, username: name, count, bot: knownBots.has(name) })),
    }
  }
}
