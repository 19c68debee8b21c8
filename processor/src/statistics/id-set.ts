import { hash } from 'node:crypto'

/** Ids a page holds; 32 kB of hashes. */
export const idsPerPage = 4096
export const bytesPerId = 8

/**
 * A set of ids that only grows, as 8-byte hashes: among a million ids, two collide once in tens of millions of sets.
 * It is kept in pages by order of arrival, so that only the last page changes between two snapshots.
 */
export class IdSet {
  readonly #hashes: Set<bigint>
  #firstDirtyPage: number

  private constructor(hashes: Set<bigint>) {
    this.#hashes = hashes
    this.#firstDirtyPage = Math.floor(hashes.size / idsPerPage)
  }

  static empty(): IdSet {
    return new IdSet(new Set())
  }

  /** Restores a set from its pages, in order. */
  static fromPages(pages: readonly Buffer[]): IdSet {
    const hashes = new Set<bigint>()
    for (const page of pages) {
      for (let at = 0; at + bytesPerId <= page.length; at += bytesPerId) hashes.add(page.readBigUInt64LE(at))
    }
    return new IdSet(hashes)
  }

  get size(): number {
    return this.#hashes.size
  }

  get pageCount(): number {
    return Math.ceil(this.#hashes.size / idsPerPage)
  }

  has(id: string): boolean {
    return this.#hashes.has(hashOf(id))
  }

  /** Adds an id; false where it was there already. */
  add(id: string): boolean {
    const before = this.#hashes.size
    return this.#hashes.add(hashOf(id)).size > before
  }

  /** The pages that changed since the last call, by their number. */
  takeDirtyPages(): [page: number, content: Buffer][] {
    const dirty: [number, Buffer][] = []
    const added = this.#hashes.size - this.#firstDirtyPage * idsPerPage
    if (added > 0) {
      // A Set iterates in the order of insertion, so the tail of it is what the last pages hold.
      const tail = [...this.#hashes.values().drop(this.#firstDirtyPage * idsPerPage)]
      for (let at = 0; at < tail.length; at += idsPerPage) {
        const ids = tail.slice(at, at + idsPerPage)
        const content = Buffer.allocUnsafe(ids.length * bytesPerId)
        ids.forEach((id, index) => content.writeBigUInt64LE(id, index * bytesPerId))
        dirty.push([this.#firstDirtyPage + at / idsPerPage, content])
      }
    }
    this.#firstDirtyPage = Math.floor(this.#hashes.size / idsPerPage)
    return dirty
  }
}

function hashOf(id: string): bigint {
  return hash('sha256', id, 'buffer').readBigUInt64LE(0)
}
