import type { Admin } from 'kafkajs'
import { fetchOffsets, type PartitionOffsets } from '@chat-battle/runtime/kafka/topic-offsets'

export interface InputPositions {
  /** What there is of the partition; undefined where nothing is known of it. */
  bounds(partition: number): Promise<PartitionOffsets | undefined>
  /** The offset of the first record that was appended after `appendMs`, epoch ms; of the next to come where there is none. */
  firstAfter(partition: number, appendMs: number): Promise<bigint>
}

/** Asks the broker what it holds of a topic. */
export function inputPositions(admin: Admin, topic: string): InputPositions {
  return {
    bounds: async (wanted) =>
      (await fetchOffsets(admin, topic)).find(({ partition }) => partition === wanted),
    async firstAfter(wanted, appendMs) {
      const offsets = await admin.fetchTopicOffsetsByTimestamp(topic, appendMs + 1)
      return BigInt(offsets.find(({ partition }) => partition === wanted)?.offset ?? 0)
    },
  }
}
