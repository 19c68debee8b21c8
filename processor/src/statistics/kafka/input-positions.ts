import { setTimeout as delay } from 'node:timers/promises'
import type { Admin } from 'kafkajs'
import { fetchOffsets } from '@chat-battle/service/topic-offsets'

/** A new leader may not know at once up to where the one before it had confirmed. */
const confirmAfterMs = 1000

export interface InputPositions {
  /** The offset of the partition's oldest record; 0 where nothing is known of it. */
  oldest(partition: number): Promise<bigint>
  /** Whether the partition ends before an offset that was read up to: records were lost, or the topic is another. */
  endsBefore(partition: number, offset: bigint): Promise<boolean>
  /** The offset of the first record that was appended after `appendMs`, epoch ms; of the next to come where there is none. */
  firstAfter(partition: number, appendMs: number): Promise<bigint>
}

/** Asks the broker what it holds of a topic. */
export function inputPositions(admin: Admin, topic: string): InputPositions {
  const boundsOf = async (wanted: number) =>
    (await fetchOffsets(admin, topic)).find(({ partition }) => partition === wanted)
  const isBeyond = async (partition: number, offset: bigint) => {
    const bounds = await boundsOf(partition)
    return bounds !== undefined && offset > bounds.high
  }
  return {
    oldest: async (partition) => (await boundsOf(partition))?.low ?? 0n,
    async endsBefore(partition, offset) {
      if (!(await isBeyond(partition, offset))) return false
      await delay(confirmAfterMs)
      return isBeyond(partition, offset)
    },
    async firstAfter(wanted, appendMs) {
      const offsets = await admin.fetchTopicOffsetsByTimestamp(topic, appendMs + 1)
      return BigInt(offsets.find(({ partition }) => partition === wanted)?.offset ?? 0)
    },
  }
}
