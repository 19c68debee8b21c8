import { hash } from 'node:crypto'

/** Ids a page holds; 48 kB. */
export const idsPerPage = 4096
/** A hash of eight bytes, and a number of four. */
export const bytesPerId = 12

/** An id as 64 bits: among a million ids, two collide once in tens of millions of sets. */
export function hashId(id: string): bigint {
  return hash('sha256', id, 'buffer').readBigUInt64LE(0)
}

/**
 * A set of hashed ids that only grows, each with a number below 2^32 that does not change.
 * It is kept in pages by order of arrival, so that only the last page changes between two snapshots.
 */
export class IdSet {
  readonly #numbers: Map<bigint, number>
  #takenSize: number

  private constructor(numbers: Map<bigint, number>) {
    this.#numbers = numbers
    this.#takenSize = numbers.size
  }

  static empty(): IdSet {
    return new IdSet(new Map())
  }

  /** Restores a set from its pages, in order. */
  static fromPages(pages: readonly Buffer[]): IdSet {
    const numbers = new Map<bigint, number>()
    for (const page of pages) {
      for (let at = 0; at + bytesPerId <= page.length; at += bytesPerId)
        numbers.set(page.readBigUInt64LE(at), page.readUInt32LE(at + 8))
    }
    return new IdSet(numbers)
  }

  get size(): number {
    return this.#numbers.size
  }

  get pageCount(): number {
    return Math.ceil(this.#numbers.size / idsPerPage)
  }

  has(id: bigint): boolean {
    return this.#numbers.has(id)
  }

  /** The number that an id was added with; undefined where it was not added. */
  numberOf(id: bigint): number | undefined {
    return this.#numbers.get(id)
  }

  entries(): IterableIterator<[id: bigint, number: number]> {
    return this.#numbers.entries()
  }

  /** Adds an id; false where it was there already. */
  add(id: bigint, number = 0): boolean {
    if (this.#numbers.has(id)) return false
    this.#numbers.set(id, number)
    return true
  }

  /** The pages that changed since the last call, by their number. */
  takeDirtyPages(): [page: number, content: Buffer][] {
    if (this.#numbers.size === this.#takenSize) return []
    const firstPage = Math.floor(this.#takenSize / idsPerPage)
    this.#takenSize = this.#numbers.size
    // A Map iterates in the order of insertion, so the tail of it is what the last pages hold.
    const tail = [...this.#numbers.entries().drop(firstPage * idsPerPage)]
    const dirty: [number, Buffer][] = []
    for (let at = 0; at < tail.length; at += idsPerPage) {
      const ids = tail.slice(at, at + idsPerPage)
      const content = Buffer.allocUnsafe(ids.length * bytesPerId)
      ids.forEach(([id, number], index) => {
        content.writeBigUInt64LE(id, index * bytesPerId)
        content.writeUInt32LE(number, index * bytesPerId + 8)
      })
      dirty.push([firstPage + at / idsPerPage, content])
    }
    return dirty
  }
}
