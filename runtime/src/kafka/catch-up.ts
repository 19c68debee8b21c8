import type { PartitionOffsets } from './topic-offsets.ts'

/** Whether partitions have been read up to the ends that they had when reading began. */
export class CatchUp {
  readonly #ends: Map<number, bigint>

  constructor(offsets: readonly PartitionOffsets[]) {
    const filled = offsets.filter(({ low, high }) => high > low)
    this.#ends = new Map(filled.map(({ partition, high }) => [partition, high]))
  }

  get isDone(): boolean {
    return this.#ends.size === 0
  }

  /** Notes that a partition was read up to `nextOffset`. Returns whether this completes the catch-up. */
  advance(partition: number, nextOffset: bigint): boolean {
    const end = this.#ends.get(partition)
    if (end === undefined || nextOffset < end) return false
    this.#ends.delete(partition)
    return this.isDone
  }
}
