import { windowMs } from '@chat-battle/contracts/window'
import type { IdHash } from './collections/id-hash.ts'
import { IdSet } from './collections/id-set.ts'

/** The number of an id that belongs to a notice, not to a message. */
const noMessage = windowMs

/** The ids of a window's messages and notices, so that each counts once, and when each message was sent. */
export class SeenEvents {
  readonly ids = new IdSet()

  has(id: IdHash): boolean {
    return this.ids.has(id)
  }

  addMessage(id: IdHash, sinceStartMs: number): void {
    this.ids.add(id, sinceStartMs)
  }

  addNotice(id: IdHash): void {
    this.ids.add(id, noMessage)
  }

  /** When a message was sent, ms since the window's start; undefined for a notice or an unknown id. */
  messageTime(id: IdHash): number | undefined {
    const sinceStartMs = this.ids.numberOf(id)
    return sinceStartMs === noMessage ? undefined : sinceStartMs
  }

  *messages(): Generator<[id: IdHash, sinceStartMs: number]> {
    for (const entry of this.ids.entries()) if (entry[1] !== noMessage) yield entry
  }
}
