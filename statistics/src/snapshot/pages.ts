import { z } from 'zod'
import { count } from '@chat-battle/contracts/primitives'
import type { Collection } from '../collections/collection.ts'
import type { PageBuffer } from '../collections/page-buffer.ts'
import { readable, UnreadableState, type StateRecord } from './state-record.ts'

/** Far above what any window has, so that a foreign record cannot exhaust a processor's memory. */
const maxPages = 100_000

/**
 * Where the pages of a collection are: in records of their own, so many; or its only page, of so many bytes, in the record that
 * names the collection.
 */
export const storedPages = z.tuple([count, count.max(maxPages)]).readonly()

export type StoredPages = z.infer<typeof storedPages>

const noPages: StoredPages = [0, 0]

/** Looks up a record of the state by its key. */
export type PageLookup = (key: string) => Buffer | undefined

/** How many pages have records of their own, by the beginning of their keys. */
export type PageCounts = ReadonlyMap<string, number>

/** The beginning of the keys of a collection's pages. `owner`: the key of the record that names the collection. */
export function pagePrefix(owner: string, start: number, kind: string): string {
  return `${owner}:${start}:${kind}:`
}

export function pageKey(prefix: string, page: number): string {
  return `${prefix}${page}`
}

/** The parts of a page's key; undefined for another key. */
export function parsePageKey(key: string): { prefix: string; page: number } | undefined {
  const end = key.lastIndexOf(':') + 1
  return end === 0 ? undefined : { prefix: key.slice(0, end), page: Number(key.slice(end)) }
}

/** What owners without pages of their own share: nearly all channels. */
const noCounts: PageCounts = new Map()

/** Collects the pages of an owner's collections for a snapshot. */
export class PageWriter {
  /** Changed pages as records of their own. */
  readonly records: StateRecord[] = []
  /** Pages in the owner's own record, one behind the other. */
  readonly inline: PageBuffer
  #counts: Map<string, number> | undefined

  /** `buffer` is cleared: one writer at a time may use it. */
  constructor(buffer: PageBuffer) {
    this.inline = buffer
    buffer.clear()
  }

  get counts(): PageCounts {
    return this.#counts ?? noCounts
  }

  /** Writes a collection's changed pages. Its only page goes inline if `mayInline`: a small state is then one record. */
  add(owner: string, start: number, kind: string, collection: Collection, mayInline = true): StoredPages {
    const { pageCount } = collection
    if (pageCount === 0) return noPages
    if (mayInline && pageCount === 1) {
      const start = this.inline.length
      collection.writePage(0, this.inline)
      return [this.inline.length - start, 0]
    }
    const prefix = pagePrefix(owner, start, kind)
    for (const page of collection.takeChangedPages()) {
      const start = this.inline.length
      collection.writePage(page, this.inline)
      this.records.push({ key: pageKey(prefix, page), value: this.inline.take(start) })
    }
    this.#counts ??= new Map()
    this.#counts.set(prefix, pageCount)
    return [0, pageCount]
  }
}

/** Fills the collections of an owner from its pages. */
export class PageReader {
  readonly counts = new Map<string, number>()
  readonly #owner: string
  readonly #lookUp: PageLookup
  #inline: Buffer

  /** `inline`: the pages in the owner's own record, in the order in which its collections are read. */
  constructor(owner: string, inline: Buffer, lookUp: PageLookup) {
    this.#owner = owner
    this.#inline = inline
    this.#lookUp = lookUp
  }

  /** The next bytes of the owner's own record. */
  takeInline(bytes: number): Buffer {
    const taken = this.#inline.subarray(0, bytes)
    this.#inline = this.#inline.subarray(bytes)
    return taken
  }

  /** Throws `UnreadableState`. */
  read(prefix: string, collection: Collection, [inlineBytes, pages]: StoredPages): void {
    if (inlineBytes > 0) {
      const page = this.takeInline(inlineBytes)
      const place = { number: 0, isLast: true, isWritten: false }
      readable(this.#owner, () => collection.restorePage(page, place))
    }
    if (pages > 0) this.counts.set(prefix, pages)
    for (let number = 0; number < pages; number++) {
      const key = pageKey(prefix, number)
      const page = this.#lookUp(key)
      if (page === undefined) throw new UnreadableState(this.#owner, `page ${key} is missing`)
      const place = { number, isLast: number === pages - 1, isWritten: true }
      readable(key, () => collection.restorePage(page, place))
    }
  }
}
