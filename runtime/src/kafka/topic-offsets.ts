import type { Admin } from 'kafkajs'
import { isFinal } from './persistently.ts'

const retryDelayMs = 200
const attempts = 50

export interface PartitionOffsets {
  partition: number
  /** Of the oldest record. */
  low: bigint
  /** Of the next record to come. */
  high: bigint
}

/** A topic's offsets. A partition that has no leader yet, as just after its creation, is waited for. */
export async function fetchOffsets(admin: Admin, topic: string): Promise<PartitionOffsets[]> {
  for (let attempt = 1; ; attempt++) {
    try {
      const offsets = await admin.fetchTopicOffsets(topic)
      return offsets.map(({ partition, low, high }) => ({ partition, low: BigInt(low), high: BigInt(high) }))
    } catch (error) {
      if (attempt >= attempts || isFinal(error)) throw error
      await new Promise((resolve) => setTimeout(resolve, retryDelayMs))
    }
  }
}
