import type { ChatMessage } from '@chat-battle/contracts/records/chat-event'
import { CountTable } from '../collections/count-table.ts'
import { Aggregate } from './aggregate.ts'

const maxEmotes = 5000

export class TopEmotes extends Aggregate {
  readonly #emotes = new CountTable(maxEmotes)
  override readonly collections = { emotes: this.#emotes }

  override countMessage({ emotes }: ChatMessage): void {
    for (const { id, name } of emotes) this.#emotes.add(id, name)
  }

  figures() {
    return { top_emotes: this.#emotes.top().map(({ id, name, count }) => ({ id, name, count })) }
  }
}
