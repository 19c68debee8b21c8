import { inputRetentionMs } from '@chat-battle/contracts/topics'
import type { Logger } from '@chat-battle/service/logger'
import type { InputPositions } from './kafka/input-positions.ts'
import type { StatisticsMetrics } from './metrics.ts'
import type { PartitionOwner } from './partition-owner.ts'

/** Gives what moves an owner to where the input goes on, should it no longer hold what is to be read, or what was read. */
export function findPlaceIn(
  input: InputPositions,
  metrics: Pick<StatisticsMetrics, 'cuts' | 'expired'>,
  logger: Logger,
): (owner: PartitionOwner, partition: number) => Promise<void> {
  return async (owner, partition) => {
    if (await input.endsBefore(partition, owner.nextOffset)) {
      const offset = await input.firstAfter(partition, owner.lastAppendMs)
      metrics.cuts.inc()
      logger.error(
        { partition, read: String(owner.nextOffset), goesOnAt: String(offset) },
        'the input ends before what was read of it: Kafka lost records, or the topic was created again',
      )
      return owner.goBackTo(offset)
    }
    const oldest = await input.oldest(partition)
    const expired = oldest - owner.nextOffset
    if (expired <= 0n) return
    if (owner.nextOffset > 0n) {
      metrics.expired.inc(Number(expired))
      logger.error({ partition, records: Number(expired) }, 'the input was deleted before it was read')
    }
    owner.skipTo(oldest, Date.now() - inputRetentionMs)
  }
}
