import { isOfBot } from '@chat-battle/contracts/known-bots'
import type { ChatMessage } from '@chat-battle/contracts/records/chat-event'
import type { SummaryPeople } from '@chat-battle/contracts/records/window-summary'
import { CountTable } from '../collections/count-table.ts'
import { Ranked, type IsHidden } from './aggregate.ts'

const maxBots = 1000
const always = () => true

/** The bots that wrote. `Chatters` counts them as people, and leaves them out of its ranking. */
export class TopBots extends Ranked {
  protected override readonly table = new CountTable(maxBots)
  override readonly collections = { bots: this.table }

  override countMessage(message: ChatMessage, _sinceStartMs: number, isHidden: IsHidden): void {
    if (!isOfBot(message)) return
    this.table.add(message.user_id, message.username, message.is_anonymous ? always : isHidden)
  }

  has(userId: string): boolean {
    return this.table.has(userId)
  }

  override hidePerson(userId: string): void {
    this.table.exclude(userId)
  }

  override anonymise(userId: string, anonymousId: string): boolean {
    return this.table.anonymise(userId, anonymousId)
  }

  summary(length: number): SummaryPeople {
    const { entries, maxUnlisted, maxLow } = this.table.ranking(length)
    return {
      entries: entries.map(({ id, name, count }) => [id, name, count, true]),
      max_unlisted: maxUnlisted,
      max_low: maxLow,
    }
  }

  figures() {
    return {
      top_bots: this.table
        .top()
        .map(({ id, name, count }) => ({ user_id: id, username: name, count, bot: true })),
    }
  }
}
