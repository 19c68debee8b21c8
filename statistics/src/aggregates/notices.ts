import { z } from 'zod'
import { count } from '@chat-battle/contracts/primitives'
import type { Notice } from '@chat-battle/contracts/records/chat-event'
import { Aggregate } from './aggregate.ts'

/** Kinds counted by name. Twitch adds kinds freely; further ones count as `other`. */
const maxKinds = 64

const saved = z.array(z.tuple([z.string(), count]))

export class Notices extends Aggregate {
  #byKind = new Map<string, number>()

  override countNotice({ kind }: Notice): void {
    const name = this.#byKind.has(kind) || this.#byKind.size < maxKinds ? kind : 'other'
    this.#byKind.set(name, (this.#byKind.get(name) ?? 0) + 1)
  }

  figures() {
    return { notices: Object.fromEntries(this.#byKind) }
  }

  override save(): z.infer<typeof saved> {
    return [...this.#byKind]
  }

  override restore(stored: unknown): void {
    this.#byKind = new Map(saved.parse(stored))
  }
}
