import { checkFull, type Collection, type PagePlace } from './collection.ts'
import type { IdHash } from './id-hash.ts'
import type { PageBuffer } from './page-buffer.ts'

/** Ids that a page holds; 3 kB. */
export const idsPerPage = 256
/** A hash of eight bytes and a number of four, in the machine's byte order: little-endian wherever Node runs. */
export const bytesPerId = 12
const intsPerId = 3
/** Most sets have few ids, which need no hash table, and a plain array: V8 allocates it in a tenth of a typed array's time. */
const fewIds = 4
/** What empty sets share, and never write to: each window has several. */
const noInts: number[] = []
const noSlots = new Int32Array(0)

/**
 * A set of hashed ids that only grows, each with a number below 2^32 that does not change. The ids lie in the order in which they
 * were added, so that between two snapshots only the last pages change; a hash table with linear probing finds them.
 */
export class IdSet implements Collection {
  /** Low half, high half and number of each id. */
  #ids: number[] | Int32Array = noInts
  /**
   * An id's position plus one, at the place that its hash gives or after it; 0: free. At most half of them are used. Empty for a few
   * ids: they are compared one by one.
   */
  #slots = noSlots
  #size = 0
  /** How many of the first ids are on pages that were taken. */
  #takenSize = 0

  get size(): number {
    return this.#size
  }

  get pageCount(): number {
    return Math.ceil(this.#size / idsPerPage)
  }

  has(id: IdHash): boolean {
    return this.#find(id) >= 0
  }

  /** The number that an id was added with; undefined where it was not added. */
  numberOf(id: IdHash): number | undefined {
    const index = this.#find(id)
    return index < 0 ? undefined : (this.#ids[index * intsPerId + 2] ?? 0) >>> 0
  }

  /** Adds an id; false where the set has it already. */
  add(id: IdHash, number = 0): boolean {
    if (this.#find(id) >= 0) return false
    this.#append(id.low, id.high, number)
    return true
  }

  /** All ids with their numbers, in the order in which they were added. */
  *entries(): Generator<[id: IdHash, number: number]> {
    for (let at = 0; at < this.#size * intsPerId; at += intsPerId)
      yield [{ low: this.#ids[at] ?? 0, high: this.#ids[at + 1] ?? 0 }, (this.#ids[at + 2] ?? 0) >>> 0]
  }

  writePage(number: number, into: PageBuffer): void {
    const first = number * idsPerPage * intsPerId
    const end = Math.min(this.#size, (number + 1) * idsPerPage) * intsPerId
    if (this.#ids instanceof Int32Array) {
      const ids = this.#ids.subarray(first, end)
      into.addBytes(new Uint8Array(ids.buffer, ids.byteOffset, ids.byteLength))
    } else for (let at = first; at < end; at++) into.addInt32(this.#ids[at] ?? 0)
  }

  takeChangedPages(): number[] {
    if (this.#takenSize === this.#size) return []
    const first = Math.floor(this.#takenSize / idsPerPage)
    this.#takenSize = this.#size
    return Array.from({ length: this.pageCount - first }, (_, index) => first + index)
  }

  restorePage(page: Buffer, { isLast, isWritten }: PagePlace): void {
    checkFull(page.length / bytesPerId, idsPerPage, isLast)
    for (let at = 0; at < page.length; at += bytesPerId)
      this.#append(page.readInt32LE(at), page.readInt32LE(at + 4), page.readUInt32LE(at + 8))
    if (isWritten) this.#takenSize = this.#size
  }

  /** The position of an id; -1 where the set does not have it. */
  #find({ low, high }: IdHash): number {
    const mask = this.#slots.length - 1
    if (mask < 0) return this.#findOfFew(low, high)
    for (let slot = low & mask; ; slot = (slot + 1) & mask) {
      const index = (this.#slots[slot] ?? 0) - 1
      if (index < 0) return -1
      if (this.#ids[index * intsPerId] === low && this.#ids[index * intsPerId + 1] === high) return index
    }
  }

  #findOfFew(low: number, high: number): number {
    for (let at = (this.#size - 1) * intsPerId; at >= 0; at -= intsPerId)
      if (this.#ids[at] === low && this.#ids[at + 1] === high) return at / intsPerId
    return -1
  }

  #append(low: number, high: number, number: number): void {
    if (this.#size < fewIds) return this.#appendToFew(low, high, number)
    if (this.#size * intsPerId === this.#ids.length) this.#grow()
    const at = this.#size * intsPerId
    this.#ids[at] = low
    this.#ids[at + 1] = high
    this.#ids[at + 2] = number
    this.#size++
    this.#place(low, this.#size)
  }

  #appendToFew(low: number, high: number, number: number): void {
    if (this.#ids instanceof Int32Array) return
    // As signed integers, which V8 keeps in the array itself.
    if (this.#size === 0) this.#ids = [low, high, number | 0]
    else this.#ids.push(low, high, number | 0)
    this.#size++
  }

  #place(low: number, position: number): void {
    const mask = this.#slots.length - 1
    let slot = low & mask
    while (this.#slots[slot] !== 0) slot = (slot + 1) & mask
    this.#slots[slot] = position
  }

  #grow(): void {
    const size = this.#size * 2
    const ids = new Int32Array(size * intsPerId)
    ids.set(this.#ids)
    this.#ids = ids
    this.#slots = new Int32Array(size * 2)
    for (let index = 0; index < this.#size; index++) this.#place(ids[index * intsPerId] ?? 0, index + 1)
  }
}
