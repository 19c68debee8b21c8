import type { Assignment, RecordBatch } from '@chat-battle/runtime/kafka/group-consumer'
import { AssignedPartition, type PartitionDeps, type PartitionStateName } from './assigned-partition.ts'

/** Above this many unprocessed input records the archive waits for the statistics. */
const behindRecords = 1000

/** The partitions of the current assignment. */
export class AssignedPartitions {
  readonly #deps: PartitionDeps
  readonly #partitions = new Map<number, AssignedPartition>()

  constructor(deps: PartitionDeps) {
    this.#deps = deps
  }

  assign({ partitions, signal }: Assignment): void {
    for (const partition of partitions) {
      const assigned = new AssignedPartition(partition, signal, this.#deps)
      this.#partitions.set(partition, assigned)
      void assigned.take()
    }
  }

  /** Abandons all partitions: another instance may have owned them before the next assignment. */
  revoke(): void {
    for (const partition of this.#partitions.values()) partition.abandon()
    this.#partitions.clear()
  }

  async process(batch: RecordBatch): Promise<void> {
    await this.#partitions.get(batch.partition)?.process(batch)
  }

  /** Writes the last changes of each partition. */
  async stop(): Promise<void> {
    await Promise.all([...this.#partitions.values()].map((partition) => partition.stop()))
  }

  get states(): ReadonlyMap<number, PartitionStateName> {
    return new Map([...this.#partitions].map(([partition, { state }]) => [partition, state]))
  }

  get running(): number {
    return [...this.#partitions.values()].filter(({ state }) => state === 'running').length
  }

  get channels(): number {
    return [...this.#partitions.values()].reduce((sum, { channels }) => sum + channels, 0)
  }

  isRunning(partition: number): boolean {
    return this.#partitions.get(partition)?.state === 'running'
  }

  get isBehind(): boolean {
    return [...this.#partitions.values()].some(({ lagRecords }) => lagRecords > behindRecords)
  }
}
