import { chatMessagesTopic } from '@chat-battle/contracts/records/topics'
import { until } from '@chat-battle/testkit/testing'
import { prefixed } from '@chat-battle/runtime/kafka/client'
import { fetchOffsets } from '@chat-battle/runtime/kafka/topic-offsets'
import type { Installation } from './installation.ts'

/** Waits until the processor has counted all that is on its input now, in every partition, and written it into its state. */
export async function inputCounted({ kafka, settings }: Installation, withinMs: number): Promise<void> {
  const topic = prefixed(settings, chatMessagesTopic.name)
  const groupId = prefixed(settings, 'processor')
  const admin = kafka.admin()
  await admin.connect()
  try {
    const written = await fetchOffsets(admin, topic)
    const isCounted = async () => {
      const [group] = await admin.fetchOffsets({ groupId, topics: [topic] })
      const counted = new Map(group?.partitions.map(({ partition, offset }) => [partition, BigInt(offset)]))
      return written.every(({ partition, high }) => high === 0n || (counted.get(partition) ?? 0n) >= high)
    }
    await until(isCounted, 'all that is on the input is counted', withinMs)
  } finally {
    await admin.disconnect()
  }
}
