/** Entries a page holds; about 15 kB of JSON. */
export const entriesPerPage = 256
const topLength = 10

interface Entry {
  id: string
  name: string
  count: number
  /** Counted, but not shown among the top. */
  excluded: boolean
  index: number
}

/** An entry as a page holds it. */
export type StoredEntry = [id: string, name: string, count: number, excluded: 0 | 1]

/**
 * Counts by id, with the top ten always at hand. Above `maxEntries` it forgets the half with the fewest: an id that
 * was forgotten starts again at zero, so a count may be low by no more than what the rarest had, and those at the top are
 * exact in practice. Kept in pages by order of arrival, so that a snapshot writes only what changed.
 */
export class CountTable {
  readonly #maxEntries: number
  #byId = new Map<string, Entry>()
  #inOrder: Entry[] = []
  #dirtyPages = new Set<number>()
  #top: Entry[] | undefined = []

  constructor(maxEntries: number, stored: readonly StoredEntry[] = []) {
    this.#maxEntries = maxEntries
    for (const [id, name, count, excluded] of stored)
      this.#append({ id, name, count, excluded: excluded === 1, index: 0 })
    this.#top = undefined
    this.#dirtyPages.clear()
  }

  /** How many ids it holds: exactly the distinct ones as long as nothing was pruned. */
  get size(): number {
    return this.#inOrder.length
  }

  get pageCount(): number {
    return Math.ceil(this.#inOrder.length / entriesPerPage)
  }

  has(id: string): boolean {
    return this.#byId.has(id)
  }

  ids(): IterableIterator<string> {
    return this.#byId.keys()
  }

  add(id: string, name: string, excluded = false): void {
    let entry = this.#byId.get(id)
    if (entry === undefined) {
      if (this.#inOrder.length >= this.#maxEntries) this.#prune()
      entry = { id, name, count: 0, excluded, index: 0 }
      this.#append(entry)
    }
    entry.count++
    entry.name = name
    this.#touch(entry)
  }

  /** Takes an id out of the top, now and for good. */
  exclude(id: string): void {
    const entry = this.#byId.get(id)
    if (entry === undefined || entry.excluded) return
    entry.excluded = true
    this.#dirtyPages.add(Math.floor(entry.index / entriesPerPage))
    this.#top = undefined
  }

  /** At most ten, most first, ties by id ascending. */
  top(): readonly Readonly<Pick<Entry, 'id' | 'name' | 'count'>>[] {
    this.#top ??= this.#inOrder
      .filter((entry) => !entry.excluded)
      .sort(byCount)
      .slice(0, topLength)
    return this.#top
  }

  /** The pages that changed since the last call, by their number. */
  takeDirtyPages(): [page: number, content: StoredEntry[]][] {
    const dirty = [...this.#dirtyPages]
    this.#dirtyPages.clear()
    return dirty.map((page) => [
      page,
      this.#inOrder
        .slice(page * entriesPerPage, (page + 1) * entriesPerPage)
        .map(({ id, name, count, excluded }) => [id, name, count, excluded ? 1 : 0]),
    ])
  }

  #append(entry: Entry): void {
    entry.index = this.#inOrder.length
    this.#inOrder.push(entry)
    this.#byId.set(entry.id, entry)
  }

  #touch(entry: Entry): void {
    this.#dirtyPages.add(Math.floor(entry.index / entriesPerPage))
    if (this.#top === undefined || entry.excluded) return
    const last = this.#top[topLength - 1]
    if (!this.#top.includes(entry)) {
      if (last !== undefined && byCount(entry, last) > 0) return
      this.#top.push(entry)
    }
    this.#top.sort(byCount)
    this.#top.length = Math.min(this.#top.length, topLength)
  }

  #prune(): void {
    const kept = this.#inOrder.toSorted(byCount).slice(0, Math.floor(this.#maxEntries / 2))
    this.#byId = new Map()
    this.#inOrder = []
    this.#top = undefined
    this.#dirtyPages.clear()
    for (const entry of kept) {
      this.#append(entry)
      this.#dirtyPages.add(Math.floor(entry.index / entriesPerPage))
    }
  }
}

function byCount(a: Entry, b: Entry): number {
  return b.count - a.count || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)
}
