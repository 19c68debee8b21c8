import { isOfBot } from '@chat-battle/contracts/known-bots'
import type { ChatMessage } from '@chat-battle/contracts/records/chat-event'
import { isAnonymousId } from '@chat-battle/contracts/records/opt-out'
import { CountTable } from '../collections/count-table.ts'
import { Counter, type IsHidden } from './aggregate.ts'

const maxPeople = 5000

/** Messages that answer another one, and whose messages they answer. A person who answers themself is not ranked for it. */
export class Replies extends Counter {
  readonly #received = new CountTable(maxPeople)
  /** Those of `#received` that a record names as bots. */
  readonly #bots = new CountTable(maxPeople)
  readonly #hasWrittenAsBot: (userId: string) => boolean
  override readonly collections = { replies: this.#received, answeredBots: this.#bots }

  /** `hasWrittenAsBot`: in the same window; a bot may be known by a badge of its own messages only. */
  constructor(hasWrittenAsBot: (userId: string) => boolean) {
    super()
    this.#hasWrittenAsBot = hasWrittenAsBot
  }

  override countMessage({ user_id, reply_to }: ChatMessage, _sinceStartMs: number, isHidden: IsHidden): void {
    if (reply_to === null) return
    this.value++
    if (reply_to.user_id === user_id) return
    const isNotRanked = (id: string) => isAnonymousId(id) || isHidden(id)
    this.#received.add(reply_to.user_id, reply_to.username, isNotRanked)
    if (isOfBot(reply_to)) this.#bots.add(reply_to.user_id, '')
  }

  override hidePerson(userId: string): void {
    this.#received.exclude(userId)
  }

  override anonymise(userId: string, anonymousId: string): boolean {
    this.#bots.anonymise(userId, anonymousId)
    return this.#received.anonymise(userId, anonymousId)
  }

  figures() {
    return {
      reply_count: this.value,
      most_replied_to: this.#received
        .top()
        .map(({ id, name, count }) => ({ user_id: id, username: name, count, bot: this.#isBot(id) })),
    }
  }

  #isBot(userId: string): boolean {
    return this.#bots.has(userId) || this.#hasWrittenAsBot(userId)
  }
}
