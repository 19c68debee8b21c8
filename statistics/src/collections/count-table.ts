import { checkFull, type Collection, type PagePlace } from './collection.ts'
import { PageCursor, type PageBuffer } from './page-buffer.ts'

/** Entries that a page holds; about 1 kB. */
export const entriesPerPage = 32
const topLength = 10

interface Entry {
  id: string
  name: string
  count: number
  /** Counted, but not shown among the top. */
  isExcluded: boolean
  index: number
  /** Whether it is among the top. */
  isTop: boolean
}

/** The first entries of a ranking, and what it leaves out. */
export interface Ranking {
  readonly entries: readonly RankedEntry[]
  /** The greatest count that an id outside of the entries may have. */
  readonly maxUnlisted: number
  /** By how much the count of an entry may be low. */
  readonly maxLow: number
}

const never = () => false

/** What empty tables share: each window has several, and most stay empty. */
const noEntries: ReadonlyMap<string, Entry> = new Map()

export type RankedEntry = Readonly<Pick<Entry, 'id' | 'name' | 'count'>>

/**
 * Counts by id, with the top ten always at hand. Above `maxEntries` it forgets the half with the fewest: an id that
 * was forgotten starts again at zero, so a count may be low by no more than what the rarest had, and those at the top are
 * exact in practice. Kept in pages by order of arrival, so that a snapshot writes only what changed.
 */
export class CountTable implements Collection {
  readonly #maxEntries: number
  /** Undefined before the first id. */
  #byId: Map<string, Entry> | undefined
  #inOrder: Entry[] = []
  #changedPages: Set<number> | undefined
  /** In order; undefined: to be found among all when it is needed. */
  #top: Entry[] | undefined = []
  /** By how much a count may be low, because its id was forgotten in between. */
  maxLow = 0

  constructor(maxEntries: number) {
    this.#maxEntries = maxEntries
  }

  /** How many ids it holds: exactly the distinct ones as long as nothing was pruned. */
  get size(): number {
    return this.#inOrder.length
  }

  get #entries(): ReadonlyMap<string, Entry> {
    return this.#byId ?? noEntries
  }

  get pageCount(): number {
    return Math.ceil(this.#inOrder.length / entriesPerPage)
  }

  has(id: string): boolean {
    return this.#entries.has(id)
  }

  ids(): IterableIterator<string> {
    return this.#entries.keys()
  }

  /** Counts an id once more. `isExcluded`: whether a new id is kept out of the top. */
  add(id: string, name: string, isExcluded: (id: string) => boolean = never): void {
    let entry = this.#entries.get(id)
    if (entry === undefined) {
      if (this.#inOrder.length >= this.#maxEntries) this.#prune()
      entry = this.#append(id, name, 0, isExcluded(id))
    }
    entry.count++
    entry.name = name
    this.#noteChange(entry)
    this.#rank(entry)
  }

  /** Takes an id out of the top, now and for good. */
  exclude(id: string): void {
    const entry = this.#entries.get(id)
    if (entry === undefined || entry.isExcluded) return
    entry.isExcluded = true
    this.#noteChange(entry)
    if (entry.isTop) this.#top = undefined
  }

  /** Counts an id under another one from now on, without a name and out of the top. False if the id is unknown. */
  anonymise(id: string, anonymousId: string): boolean {
    const byId = this.#byId
    const entry = byId?.get(id)
    if (byId === undefined || entry === undefined) return false
    const known = byId.get(anonymousId)
    byId.delete(id)
    if (known === undefined) byId.set(anonymousId, entry)
    else this.#merge(entry, known)
    const kept = known ?? entry
    kept.id = anonymousId
    kept.name = ''
    kept.isExcluded = true
    this.#noteChange(kept)
    this.#top = undefined
    return true
  }

  /** At most ten, most first, ties by id ascending. */
  top(): readonly RankedEntry[] {
    if (this.#top === undefined) {
      this.#top = []
      for (const entry of this.#inOrder) {
        entry.isTop = false
        this.#rank(entry)
      }
    }
    return this.#top
  }

  /** At most `length` entries, most first, ties by id ascending. */
  ranking(length: number): Ranking {
    const ranked = this.#inOrder.filter(({ isExcluded }) => !isExcluded).sort(byCount)
    const { maxLow } = this
    return {
      entries: ranked.slice(0, length),
      maxUnlisted: (ranked[length]?.count ?? 0) + maxLow,
      maxLow,
    }
  }

  writePage(number: number, into: PageBuffer): void {
    const end = Math.min(this.#inOrder.length, (number + 1) * entriesPerPage)
    for (let index = number * entriesPerPage; index < end; index++) {
      const entry = this.#inOrder[index]
      if (entry === undefined) return
      into.addText(entry.id)
      into.addText(entry.name)
      into.addCount(2 * entry.count + Number(entry.isExcluded))
    }
  }

  takeChangedPages(): number[] {
    const changed = [...(this.#changedPages ?? [])].filter((page) => page < this.pageCount)
    this.#changedPages?.clear()
    return changed
  }

  restorePage(page: Buffer, { number, isLast, isWritten }: PagePlace): void {
    const cursor = new PageCursor(page)
    let entries = 0
    for (; !cursor.isAtEnd; entries++) {
      const [id, name, counted] = [cursor.readText(), cursor.readText(), cursor.readCount()]
      this.#append(id, name, Math.floor(counted / 2), counted % 2 === 1)
    }
    checkFull(entries, entriesPerPage, isLast)
    if (!isWritten) (this.#changedPages ??= new Set()).add(number)
    this.#top = undefined
  }

  #append(id: string, name: string, count: number, isExcluded: boolean): Entry {
    const entry = { id, name, count, isExcluded, index: this.#inOrder.length, isTop: false }
    this.#inOrder.push(entry)
    this.#byId ??= new Map()
    this.#byId.set(id, entry)
    return entry
  }

  /** Adds an entry's count to another one. The last entry takes its place, so that pages stay full. */
  #merge(entry: Entry, into: Entry): void {
    into.count += entry.count
    const last = this.#inOrder.pop()
    if (last === undefined) return
    this.#noteChange(last)
    if (last === entry) return
    this.#inOrder[entry.index] = last
    last.index = entry.index
    this.#noteChange(last)
  }

  #noteChange({ index }: Entry): void {
    this.#changedPages ??= new Set()
    this.#changedPages.add(Math.floor(index / entriesPerPage))
  }

  /** Moves an entry that has more than before to its place among the top. */
  #rank(entry: Entry): void {
    const top = this.#top
    if (top === undefined || entry.isExcluded) return
    if (!entry.isTop) {
      if (top.length === topLength) {
        const last = top[topLength - 1]
        if (last === undefined || byCount(entry, last) > 0) return
        last.isTop = false
        top.pop()
      }
      entry.isTop = true
      top.push(entry)
    }
    for (let at = top.indexOf(entry); at > 0; at--) {
      const before = top[at - 1]
      if (before === undefined || byCount(before, entry) < 0) return
      top[at - 1] = entry
      top[at] = before
    }
  }

  #prune(): void {
    const ranked = this.#inOrder.toSorted(byCount)
    const kept = ranked.slice(0, Math.floor(this.#maxEntries / 2))
    this.maxLow += ranked[kept.length]?.count ?? 0
    this.#byId = undefined
    this.#inOrder = []
    this.#top = undefined
    this.#changedPages = undefined
    for (const { id, name, count, isExcluded } of kept) {
      this.#noteChange(this.#append(id, name, count, isExcluded))
    }
  }
}

function byCount(a: Entry, b: Entry): number {
  return b.count - a.count || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)
}
