import { isOfBot } from '@chat-battle/contracts/known-bots'
import type { ChatMessage } from '@chat-battle/contracts/records/chat-event'
import type { SummaryPeople } from '@chat-battle/contracts/records/window-summary'
import { CountTable } from '../collections/count-table.ts'
import { HyperLogLog } from '../collections/hyper-log-log.ts'
import { RangeSketch } from '../collections/range-sketch.ts'
import { Ranked, type IsHidden } from './aggregate.ts'

/** Up to here chatters are counted exactly, above by a sketch. */
export const maxExactChatters = 20_000

const always = () => true

export class Chatters extends Ranked {
  protected override readonly table = new CountTable(maxExactChatters)
  /** The distinct chatters once `table` has forgotten some; empty before. */
  readonly #sketch = new HyperLogLog()
  override readonly collections = { chatters: this.table, sketch: this.#sketch }

  override countMessage(message: ChatMessage, _sinceStartMs: number, isHidden: IsHidden): void {
    const { user_id, username, is_anonymous } = message
    if (this.#sketch.isEmpty) {
      if (this.table.size >= maxExactChatters && !this.table.has(user_id)) {
        for (const id of this.table.ids()) this.#sketch.add(id)
        this.#sketch.add(user_id)
      }
    } else this.#sketch.add(user_id)
    const isBot = isOfBot(message)
    this.table.add(user_id, username, isBot || is_anonymous ? always : isHidden)
    if (isBot) this.table.exclude(user_id)
  }

  override hidePerson(userId: string): void {
    this.table.exclude(userId)
  }

  /** Above `maxExactChatters` the sketch has counted the user id, and counts the anonymous id again when they write. */
  override anonymise(userId: string, anonymousId: string): boolean {
    return this.table.anonymise(userId, anonymousId)
  }

  figures() {
    return {
      unique_chatters: this.#sketch.isEmpty ? this.table.size : this.#sketch.estimate(),
      top_chatters: this.table
        .top()
        .map(({ id, name, count }) => ({ user_id: id, username: name, count, bot: false })),
    }
  }

  /** The distinct chatters, to be merged with those of other windows. */
  sketch(): RangeSketch {
    const sketch = new RangeSketch()
    if (this.#sketch.isEmpty) for (const id of this.table.ids()) sketch.add(id)
    else this.#sketch.addTo(sketch)
    return sketch
  }

  summary(length: number): SummaryPeople {
    const { entries, maxUnlisted, maxLow } = this.table.ranking(length)
    return {
      entries: entries.map(({ id, name, count }) => [id, name, count, false]),
      max_unlisted: maxUnlisted,
      max_low: maxLow,
    }
  }
}
