import type { ChatMessages } from '@chat-battle/contracts/live/down'
import type { TimeRange } from '@chat-battle/contracts/records/channel-stats'

/** Stretches with missing messages that are kept apart; further ones are joined to the last. */
const maxMissed = 20

/** Which stretches of a chat have arrived whole. Times are epoch ms of channel time. */
export class ChatCoverage {
  #since: number | undefined
  #missed: TimeRange[] = []
  #lastId: string | undefined
  #lastAt = 0
  /** Whether the next messages are those that were kept for a new subscription. */
  #isNew = true

  /** The earliest time that it covers; undefined before messages arrive. */
  get since(): number | undefined {
    return this.#since
  }

  /** Time of the newest message; 0 without one. */
  get lastAt(): number {
    return this.#lastAt
  }

  /** `nowMs`: channel time as far as it is known. */
  take({ messages, skipped }: ChatMessages, nowMs: number): void {
    const startsAt = messages[0]?.timestamp ?? nowMs
    const hasLast = messages.some(({ message_id }) => message_id === this.#lastId)
    // A reader that is too far behind in removals gets the kept messages again, in place of all that it has.
    if (this.#since === undefined || (hasLast && !this.#isNew)) this.#since = startsAt
    // After an interruption, messages that overlap with those before it leave no hole.
    else if (this.#isNew ? !hasLast : skipped > 0) this.#miss(Math.max(startsAt, this.#lastAt))
    this.#isNew = false
    for (const { message_id, timestamp } of messages) {
      this.#lastId = message_id
      this.#lastAt = Math.max(this.#lastAt, timestamp)
    }
  }

  /** From now on, messages come by another connection. */
  reconnect(): void {
    this.#isNew = true
  }

  /** Whether every message of a stretch has arrived. */
  covers({ from, to }: TimeRange): boolean {
    if (this.#since === undefined || this.#since > from) return false
    return !this.#missed.some((missed) => missed.from < to && missed.to >= from)
  }

  #miss(to: number): void {
    const from = this.#lastAt === 0 ? (this.#since ?? to) : this.#lastAt
    const last = this.#missed.at(-1)
    if (last !== undefined && this.#missed.length >= maxMissed) last.to = Math.max(last.to, to)
    else this.#missed.push({ from, to })
  }
}
