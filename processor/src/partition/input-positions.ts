import type { KafkaAdmin } from '@chat-battle/runtime/kafka/admin'
import {
  fetchOffsetAfter,
  fetchOffsets,
  type PartitionOffsets,
} from '@chat-battle/runtime/kafka/topic-offsets'

export interface InputPositions {
  /** What there is of the partition; undefined where nothing is known of it. */
  bounds(partition: number): Promise<PartitionOffsets | undefined>
  /** The offset of the first record that was appended after `appendMs`, epoch ms; of the next to come where there is none. */
  firstAfter(partition: number, appendMs: number): Promise<bigint>
}

/** Asks the broker what it holds of a topic. */
export function inputPositions(admin: KafkaAdmin, topic: string): InputPositions {
  return {
    bounds: async (wanted) =>
      (await fetchOffsets(admin, topic)).find(({ partition }) => partition === wanted),
    firstAfter: (partition, appendMs) => fetchOffsetAfter(admin, topic, partition, appendMs),
  }
}
