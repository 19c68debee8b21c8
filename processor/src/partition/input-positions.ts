import type { KafkaAdmin } from '@chat-battle/runtime/kafka/admin'
import {
  fetchOffsetAfter,
  fetchOffsets,
  type PartitionOffsets,
} from '@chat-battle/runtime/kafka/topic-offsets'

export interface InputPositions {
  /** The partition's offsets; undefined if the topic does not have the partition. */
  bounds(partition: number): Promise<PartitionOffsets | undefined>
  /** Offset of the first record that was appended after `appendMs`, epoch ms; without one, of the next record. */
  firstAfter(partition: number, appendMs: number): Promise<bigint>
}

/** Positions of a topic, fetched from the broker. */
export function inputPositions(admin: KafkaAdmin, topic: string): InputPositions {
  return {
    bounds: async (wanted) =>
      (await fetchOffsets(admin, topic)).find(({ partition }) => partition === wanted),
    firstAfter: (partition, appendMs) => fetchOffsetAfter(admin, topic, partition, appendMs),
  }
}
