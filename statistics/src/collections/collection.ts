import type { PageBuffer } from './page-buffer.ts'

/** A collection that grows with the chat. A snapshot keeps it in pages, so that it writes only what changed. */
export interface Collection {
  readonly pageCount: number
  writePage(number: number, into: PageBuffer): void
  /** The numbers of the pages that changed since the last call. */
  takeChangedPages(): number[]
  /** Adds a page to a collection that had only the pages before it. Throws for a page that the collection never writes. */
  restorePage(page: Buffer, place: PagePlace): void
}

export interface PagePlace {
  readonly number: number
  readonly isLast: boolean
  /** Whether the page has a record of its own, so that it needs writing only when it changes. */
  readonly isWritten: boolean
}

/** Throws unless every page but the last is full and the last has an entry. */
export function checkFull(entries: number, perPage: number, isLast: boolean): void {
  const isValid =
    entries === perPage || (isLast && entries > 0 && entries < perPage && Number.isInteger(entries))
  if (!isValid)
    throw new Error(`a page has ${entries} entries, expected ${isLast ? 'at most ' : ''}${perPage}`)
}
