import type { Collection } from './collection.ts'
import { PageBuffer } from './page-buffer.ts'

/** The pages of a collection by number, as a snapshot has written them. */
export type WrittenPages = Map<number, Buffer>

export function pageOf(collection: Collection, number: number): Buffer {
  const buffer = new PageBuffer()
  collection.writePage(number, buffer)
  return buffer.take(0)
}

/** Writes a collection's changed pages over those written before; returns their numbers. */
export function writeChanged(collection: Collection, written: WrittenPages): number[] {
  const changed = collection.takeChangedPages()
  for (const page of changed) written.set(page, pageOf(collection, page))
  return changed
}

/** Fills an empty collection from the first pages that were written. */
export function restoreFrom<T extends Collection>(collection: T, written: WrittenPages, pages: number): T {
  for (let number = 0; number < pages; number++) {
    const page = written.get(number)
    if (page === undefined) throw new Error(`page ${number} was not written`)
    collection.restorePage(page, { number, isLast: number === pages - 1, isWritten: true })
  }
  return collection
}
