import { z } from 'zod'
import { count } from '@chat-battle/contracts/primitives'
import type { Notice } from '@chat-battle/contracts/records/chat-event'
import { Aggregate } from './aggregate.ts'

/** Kinds counted by name. Twitch adds kinds freely; further ones count as `other`. */
const maxKinds = 64

const saved = z.array(z.tuple([z.string(), count]))

export class Notices extends Aggregate {
  /** Undefined before the first notice. */
  #byKind: Map<string, number> | undefined

  override countNotice({ kind }: Notice): void {
    const byKind = (this.#byKind ??= new Map<string, number>())
    const name = byKind.has(kind) || byKind.size < maxKinds ? kind : 'other'
    byKind.set(name, (byKind.get(name) ?? 0) + 1)
  }

  figures() {
    return { notices: Object.fromEntries(this.#byKind ?? []) }
  }

  override save(): z.infer<typeof saved> | null {
    return this.#byKind === undefined ? null : [...this.#byKind]
  }

  override restore(stored: unknown): void {
    this.#byKind = new Map(saved.parse(stored))
  }
}
