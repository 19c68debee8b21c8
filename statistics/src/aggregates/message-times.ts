import { z } from 'zod'
import { epochMs } from '@chat-battle/contracts/primitives'
import type { ChatMessage } from '@chat-battle/contracts/records/chat-event'
import { Aggregate } from './aggregate.ts'

const saved = z.tuple([epochMs.nullable(), epochMs.nullable()])

export class MessageTimes extends Aggregate {
  #firstAt: number | null = null
  #lastAt: number | null = null

  override countMessage({ timestamp }: ChatMessage): void {
    if (this.#firstAt === null || timestamp < this.#firstAt) this.#firstAt = timestamp
    if (this.#lastAt === null || timestamp > this.#lastAt) this.#lastAt = timestamp
  }

  figures() {
    return { first_message_at: this.#firstAt, last_message_at: this.#lastAt }
  }

  override save(): z.infer<typeof saved> {
    return [this.#firstAt, this.#lastAt]
  }

  override restore(stored: unknown): void {
    ;[this.#firstAt, this.#lastAt] = saved.parse(stored)
  }
}
