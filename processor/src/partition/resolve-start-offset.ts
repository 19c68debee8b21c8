import { setTimeout as delay } from 'node:timers/promises'
import { inputRetentionMs } from '@chat-battle/contracts/records/topics'
import type { PartitionOffsets } from '@chat-battle/runtime/kafka/topic-offsets'
import type { Logger } from '@chat-battle/runtime/process/logger'
import type { InputPositions } from './input-positions.ts'
import type { StatisticsMetrics } from './metrics.ts'
import type { PartitionProcessor } from './partition-processor.ts'

/** A new partition leader may not know its high watermark at once, so a truncation counts only if it still shows after this time. */
const confirmAfterMs = 1000

/**
 * Returns a function that moves a processor to the offset where its input goes on, if the input no longer holds the records that
 * the processor needs next, or the last one that it read.
 */
export function resolveStartOffset(
  input: InputPositions,
  metrics: Pick<StatisticsMetrics, 'truncations' | 'expired'>,
  logger: Logger,
): (processor: PartitionProcessor, partition: number) => Promise<void> {
  return async (processor, partition) => {
    const look = async () => {
      const bounds = await input.bounds(partition)
      return { bounds, isTruncated: bounds !== undefined && (await isTruncated(input, processor, bounds)) }
    }
    let found = await look()
    if (found.isTruncated) {
      await delay(confirmAfterMs)
      found = await look()
    }
    if (found.isTruncated) {
      const offset = await input.firstAfter(partition, processor.lastAppendMs)
      metrics.truncations.inc()
      logger.error(
        { partition, processedTo: String(processor.nextOffset), continuesAt: String(offset) },
        'input ends before the last processed record: Kafka lost records, or the topic was created again',
      )
      return processor.goBackTo(offset)
    }
    const oldest = found.bounds?.low ?? 0n
    const expired = oldest - processor.nextOffset
    if (expired <= 0n) return
    if (processor.nextOffset > 0n) {
      metrics.expired.inc(Number(expired))
      logger.error({ partition, records: Number(expired) }, 'input was deleted before it was read')
    }
    processor.skipTo(oldest, Date.now() - inputRetentionMs)
  }
}

/**
 * Whether the input ends before the processor's position, or is another topic of the same name: then a record that was appended
 * after the last processed one has a lower offset.
 */
async function isTruncated(
  input: InputPositions,
  { nextOffset, lastAppendMs }: PartitionProcessor,
  { partition, high }: PartitionOffsets,
): Promise<boolean> {
  return nextOffset > high || (await input.firstAfter(partition, lastAppendMs)) < nextOffset
}
