import { z } from 'zod'
import { count, epochMs } from '@chat-battle/contracts/primitives'
import { seriesLength, seriesStepMs } from '@chat-battle/contracts/window'
import type { IdHash } from '../collections/id-hash.ts'
import { IdSet } from '../collections/id-set.ts'
import type { SeenEvents } from '../seen-events.ts'
import { Aggregate } from './aggregate.ts'

const saved = z.tuple([epochMs, count, count])

/** Distinct messages that were deleted one by one, or cleared with the whole chat. */
export class ModeratedMessages extends Aggregate {
  readonly #start: number
  /** Deleted messages of this window, and deletions in this window whose message is unknown. */
  readonly #deleted = new IdSet()
  override readonly collections = { moderatedMessages: this.#deleted }
  /** The chat was cleared at this time, epoch ms: messages up to then are moderated. 0: never. */
  #clearedUntil = 0
  /** Messages up to `#clearedUntil` that were not deleted one by one as well. */
  #clearedMessages = 0
  /** Deletions in this window that count in the window of their message. */
  #movedDeletions = 0

  constructor(start: number) {
    super()
    this.#start = start
  }

  get clearedUntil(): number {
    return this.#clearedUntil
  }

  has(id: IdHash): boolean {
    return this.#deleted.has(id)
  }

  /** Counts a message that arrives as moderated if the chat was cleared after it was sent. */
  countArrival(id: IdHash, timestamp: number): void {
    if (timestamp <= this.#clearedUntil && !this.#deleted.has(id)) this.#clearedMessages++
  }

  /** Counts a message of this window, or an unknown one, as deleted. */
  delete(id: IdHash, seen: SeenEvents): void {
    if (!this.#deleted.add(id)) return
    if (this.#isCleared(seen.messageTime(id), this.#clearedUntil)) this.#clearedMessages--
  }

  /** Notes a deletion in this window that counts in the window of its message. */
  moveElsewhere(id: IdHash): void {
    if (this.#deleted.add(id)) this.#movedDeletions++
  }

  /** Moves a deletion that counted here to the window of its message, which arrived only now. */
  moveTo(window: ModeratedMessages, id: IdHash): void {
    this.#movedDeletions++
    window.#deleted.add(id)
  }

  /** The chat was cleared at `timestamp`, epoch ms, in this window or a later one that was opened earlier. */
  inheritClearing(timestamp: number): void {
    this.#clearedUntil = Math.max(this.#clearedUntil, timestamp)
  }

  /** Counts every message of this window up to `timestamp`, epoch ms, as moderated, also those that arrive later. */
  clear(timestamp: number, seen: SeenEvents): void {
    const before = this.#clearedUntil
    if (timestamp <= before) return
    this.#clearedUntil = timestamp
    for (const [id, sinceStartMs] of seen.messages()) {
      const isNew = this.#isCleared(sinceStartMs, timestamp) && !this.#isCleared(sinceStartMs, before)
      if (isNew && !this.#deleted.has(id)) this.#clearedMessages++
    }
  }

  /** Moderated messages per step of the window's series, in order. A deletion whose message is unknown counts in the last step. */
  steps(seen: SeenEvents): [step: number, messages: number][] {
    const byStep = new Map<number, number>()
    const add = (step: number, messages: number) => byStep.set(step, (byStep.get(step) ?? 0) + messages)
    let unknown = this.figures().moderated_messages
    if (unknown === 0) return []
    for (const [id, sinceStartMs] of seen.messages()) {
      if (!this.#deleted.has(id) && !this.#isCleared(sinceStartMs, this.#clearedUntil)) continue
      add(Math.floor(sinceStartMs / seriesStepMs), 1)
      unknown--
    }
    if (unknown > 0) add(seriesLength - 1, unknown)
    return [...byStep].sort(([one], [other]) => one - other)
  }

  #isCleared(sinceStartMs: number | undefined, clearedUntil: number): boolean {
    return sinceStartMs !== undefined && this.#start + sinceStartMs <= clearedUntil
  }

  figures() {
    return { moderated_messages: this.#deleted.size - this.#movedDeletions + this.#clearedMessages }
  }

  override save(): z.infer<typeof saved> | null {
    if (this.#clearedUntil === 0 && this.#movedDeletions === 0) return null
    return [this.#clearedUntil, this.#clearedMessages, this.#movedDeletions]
  }

  override restore(stored: unknown): void {
    ;[this.#clearedUntil, this.#clearedMessages, this.#movedDeletions] = saved.parse(stored)
  }
}
