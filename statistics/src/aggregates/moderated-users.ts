import { hashPerson } from '../collections/id-hash.ts'
import { IdSet } from '../collections/id-set.ts'
import { Aggregate } from './aggregate.ts'

/** The people who were banned or timed out in this window. */
export class ModeratedUsers extends Aggregate {
  readonly #people = new IdSet()
  override readonly collections = { moderatedUsers: this.#people }

  get size(): number {
    return this.#people.size
  }

  add(userId: string): void {
    this.#people.add(hashPerson(userId))
  }

  has(userId: string): boolean {
    return this.#people.size > 0 && this.#people.has(hashPerson(userId))
  }

  figures() {
    return { moderated_users: this.#people.size }
  }
}
