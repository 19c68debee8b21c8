import { estimateDistinct } from './estimate-distinct.ts'
import { hashDistinct } from './id-hash.ts'

export const rangePrecision = 14
const registerCount = 2 ** rangePrecision
/** Of the estimate, as a share: 0.81 %. */
export const rangeStandardError = 1.04 / Math.sqrt(registerCount)
const maxRank = 64 - rangePrecision + 1
/** Four registers of six bits. */
const groupBytes = 3
const denseBytes = (registerCount / 4) * groupBytes
/** A register's number and rank together have 20 bits. */
const entryBytes = 3
const rankBits = 6
/** Most windows have few people: up to so many registers are kept as a list, and only beyond all of them. */
const maxListed = 256
/** The first byte of an encoded sketch. */
const sparseForm = 0
const denseForm = 1

/**
 * A HyperLogLog with 2^14 registers that can be merged with others: the distinct people of several windows. Its standard error
 * is 1.04 / √2^14 = 0.81 %. It takes 3 bytes per register in use, at most 12,289 bytes.
 */
export class RangeSketch {
  #listed = new Map<number, number>()
  /** Every register, once there are too many for the list. */
  #ranks: Uint8Array | undefined

  add(id: string): void {
    const { low, high } = hashDistinct(id)
    // The remaining bits: the high half, then the upper 18 bits of the low one.
    const rank = high !== 0 ? Math.clz32(high) + 1 : 33 + Math.clz32(low >>> rangePrecision) - rangePrecision
    this.addRank(low & (registerCount - 1), rank)
  }

  addRank(register: number, rank: number): void {
    const ranks = this.#ranks
    if (ranks !== undefined) {
      if (rank > (ranks[register] ?? 0)) ranks[register] = rank
    } else if (rank > (this.#listed.get(register) ?? 0)) {
      this.#listed.set(register, rank)
      if (this.#listed.size > maxListed) this.#keepAll()
    }
  }

  /** Adds the people of an encoded sketch. Throws for bytes that `encode` never returns. */
  merge(encoded: Uint8Array): void {
    const body = encoded.subarray(1)
    if (encoded[0] === sparseForm && body.length % entryBytes === 0) this.#mergeSparse(body)
    else if (encoded[0] === denseForm && body.length === denseBytes) this.#mergeDense(body)
    else throw new Error(`${encoded.length} bytes of form ${encoded[0]} are no sketch`)
  }

  estimate(): number {
    const withRank = new Uint32Array(maxRank + 1)
    for (const [, rank] of this.#used()) withRank[rank] = (withRank[rank] ?? 0) + 1
    withRank[0] = registerCount - withRank.reduce((sum, count) => sum + count)
    return withRank[0] === registerCount ? 0 : estimateDistinct(withRank, registerCount)
  }

  /** The shorter of a list of the registers in use and all registers: the same people always give the same bytes. */
  encode(): Buffer {
    const used = this.#used()
    const ranks = this.#ranks
    return ranks === undefined || used.length * entryBytes < denseBytes
      ? encodeSparse(used)
      : encodeDense(ranks)
  }

  /** The registers in use with their ranks, by number. */
  #used(): [register: number, rank: number][] {
    const ranks = this.#ranks
    if (ranks === undefined) return [...this.#listed].sort(([register], [other]) => register - other)
    const used: [register: number, rank: number][] = []
    for (let register = 0; register < registerCount; register++) {
      const rank = ranks[register] ?? 0
      if (rank > 0) used.push([register, rank])
    }
    return used
  }

  #keepAll(): void {
    const ranks = new Uint8Array(registerCount)
    for (const [register, rank] of this.#listed) ranks[register] = rank
    this.#ranks = ranks
    this.#listed.clear()
  }

  #mergeSparse(body: Uint8Array): void {
    for (let at = 0; at < body.length; at += entryBytes) {
      const entry = readThree(body, at)
      this.#mergeRank(entry >>> rankBits, entry & (2 ** rankBits - 1))
    }
  }

  #mergeDense(body: Uint8Array): void {
    for (let at = 0, register = 0; at < denseBytes; at += groupBytes, register += 4) {
      const group = readThree(body, at)
      if (group === 0) continue
      for (let index = 0; index < 4; index++)
        this.#mergeRank(register + index, (group >>> (18 - rankBits * index)) & (2 ** rankBits - 1))
    }
  }

  #mergeRank(register: number, rank: number): void {
    if (register >= registerCount || rank > maxRank)
      throw new Error(`register ${register} with rank ${rank} is no part of a sketch`)
    this.addRank(register, rank)
  }
}

function encodeSparse(used: readonly (readonly [register: number, rank: number])[]): Buffer {
  const encoded = Buffer.alloc(1 + used.length * entryBytes)
  encoded[0] = sparseForm
  let at = 1
  for (const [register, rank] of used) at = encoded.writeUIntBE((register << rankBits) | rank, at, entryBytes)
  return encoded
}

function encodeDense(ranks: Uint8Array): Buffer {
  const encoded = Buffer.alloc(1 + denseBytes)
  encoded[0] = denseForm
  for (let register = 0, at = 1; register < registerCount; register += 4) {
    let group = 0
    for (let index = 0; index < 4; index++) group = (group << rankBits) | (ranks[register + index] ?? 0)
    at = encoded.writeUIntBE(group, at, groupBytes)
  }
  return encoded
}

function readThree(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0)
}
