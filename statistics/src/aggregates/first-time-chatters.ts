import type { ChatMessage } from '@chat-battle/contracts/records/chat-event'
import { hashPerson } from '../collections/id-hash.ts'
import { IdSet } from '../collections/id-set.ts'
import { Aggregate } from './aggregate.ts'

export class FirstTimeChatters extends Aggregate {
  readonly #people = new IdSet()
  override readonly collections = { firstTimers: this.#people }

  override countMessage(message: ChatMessage): void {
    if (message.is_first) this.#people.add(hashPerson(message.user_id))
  }

  figures() {
    return { first_time_chatters: this.#people.size }
  }
}
