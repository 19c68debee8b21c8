import type { IdHash } from '../collections/id-hash.ts'
import { IdSet } from '../collections/id-set.ts'
import { Counter } from './aggregate.ts'

/** Late events of a window beyond this are counted again whenever they arrive again. */
const maxLateEvents = 20_000

export class LateCount extends Counter {
  readonly #events = new IdSet()
  override readonly collections = { lateEvents: this.#events }

  has(id: IdHash): boolean {
    return this.#events.has(id)
  }

  add(id: IdHash): void {
    this.value++
    if (this.#events.size < maxLateEvents) this.#events.add(id)
  }

  figures() {
    return { late_count: this.value }
  }
}
