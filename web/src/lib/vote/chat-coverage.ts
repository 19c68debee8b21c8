import type { ChatMessages } from '@chat-battle/contracts/live/down'
import type { TimeRange } from '@chat-battle/contracts/records/channel-stats'

/** Stretches with missing messages that are kept apart; further ones are joined to the last. */
const maxMissed = 20

/** Which stretches of a chat have arrived whole. Times are epoch ms of channel time. */
export class ChatCoverage {
  /** Undefined before the first messages. */
  #since: number | undefined
  #missed: TimeRange[] = []
  #lastId: string | undefined
  #lastAt = 0
  /** Whether the next messages are those that were kept for a new subscription. */
  #isNew = true

  /** Whether messages arrive. */
  get isStarted(): boolean {
    return this.#since !== undefined
  }

  /** Time of the newest message; 0 without one. */
  get lastAt(): number {
    return this.#lastAt
  }

  /** `nowMs`: channel time as far as it is known. */
  take({ messages, skipped }: ChatMessages, nowMs: number): void {
    const first = messages[0]
    const end = Math.max(first?.timestamp ?? nowMs, this.#lastAt)
    if (this.#since === undefined) this.#since = first?.timestamp ?? nowMs
    else if (this.#isNew) {
      // What overlaps with the messages before the interruption has no hole.
      if (!messages.some(({ message_id }) => message_id === this.#lastId)) this.#miss(end)
    } else if (skipped > 0) this.#miss(end)
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
