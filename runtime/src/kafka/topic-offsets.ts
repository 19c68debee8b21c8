import { setTimeout as delay } from 'node:timers/promises'
import type { Admin } from 'kafkajs'
import type { Logger } from '../process/logger.ts'
import { isFinal, persistently } from './persistently.ts'

const retryDelayMs = 200
const attempts = 50

export interface PartitionOffsets {
  partition: number
  /** Offset of the oldest record. */
  low: bigint
  /** Offset of the next record to be written. */
  high: bigint
}

/** A topic's offsets. Waits up to 10 s for partitions without a leader: a new topic has none for a moment. */
export async function fetchOffsets(admin: Admin, topic: string): Promise<PartitionOffsets[]> {
  for (let attempt = 1; ; attempt++) {
    try {
      const offsets = await admin.fetchTopicOffsets(topic)
      return offsets.map(({ partition, low, high }) => ({ partition, low: BigInt(low), high: BigInt(high) }))
    } catch (error) {
      if (attempt >= attempts || isFinal(error)) throw error
      await delay(retryDelayMs)
    }
  }
}

/** A topic's offsets; retries for as long as Kafka is away. */
export function awaitOffsets(admin: Admin, topic: string, logger: Logger): Promise<PartitionOffsets[]> {
  return persistently(`fetching the offsets of ${topic}`, logger, () => fetchOffsets(admin, topic))
}

/**
 * The offset of the partition's first record that the broker appended after `appendMs`, epoch ms. Without such a record it is the
 * offset of the next record to be written.
 */
export async function fetchOffsetAfter(
  admin: Admin,
  topic: string,
  partition: number,
  appendMs: number,
): Promise<bigint> {
  const offsets = await admin.fetchTopicOffsetsByTimestamp(topic, appendMs + 1)
  return BigInt(offsets.find((each) => each.partition === partition)?.offset ?? 0)
}
