import { chatMessagesTopic } from '@chat-battle/contracts/records/topics'
import { connectAdmin } from '@chat-battle/runtime/kafka/admin'
import { prefixed } from '@chat-battle/runtime/kafka/client'
import { fetchOffsets } from '@chat-battle/runtime/kafka/topic-offsets'
import { until } from '@chat-battle/testkit/testing'
import type { Installation } from './installation.ts'

/** Waits until the processor's checkpoint is past everything that the input holds now, in every partition. */
export async function inputProcessed({ kafka, settings }: Installation, withinMs: number): Promise<void> {
  const topic = prefixed(settings, chatMessagesTopic.name)
  const groupId = prefixed(settings, 'processor')
  await using admin = await connectAdmin(kafka)
  const written = await fetchOffsets(admin, topic)
  const isProcessed = async () => {
    const [group] = await admin.fetchOffsets({ groupId, topics: [topic] })
    const processed = new Map(group?.partitions.map(({ partition, offset }) => [partition, BigInt(offset)]))
    return written.every(({ partition, high }) => high === 0n || (processed.get(partition) ?? 0n) >= high)
  }
  await until(isProcessed, 'the whole input is processed', withinMs)
}
