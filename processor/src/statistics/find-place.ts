import { setTimeout as delay } from 'node:timers/promises'
import { inputRetentionMs } from '@chat-battle/contracts/topics'
import type { Logger } from '@chat-battle/service/logger'
import type { PartitionOffsets } from '@chat-battle/service/topic-offsets'
import type { InputPositions } from './kafka/input-positions.ts'
import type { StatisticsMetrics } from './metrics.ts'
import type { PartitionOwner } from './partition-owner.ts'

/** A new leader may not know at once up to where the one before it had confirmed. */
const confirmAfterMs = 1000

/** Gives what moves an owner to where the input goes on, should it no longer hold what is to be read, or what was read. */
export function findPlaceIn(
  input: InputPositions,
  metrics: Pick<StatisticsMetrics, 'cuts' | 'expired'>,
  logger: Logger,
): (owner: PartitionOwner, partition: number) => Promise<void> {
  return async (owner, partition) => {
    const isCut = (bounds: PartitionOffsets | undefined) =>
      bounds !== undefined && owner.nextOffset > bounds.high
    let bounds = await input.bounds(partition)
    if (isCut(bounds)) {
      await delay(confirmAfterMs)
      bounds = await input.bounds(partition)
    }
    if (isCut(bounds)) {
      const offset = await input.firstAfter(partition, owner.lastAppendMs)
      metrics.cuts.inc()
      logger.error(
        { partition, read: String(owner.nextOffset), goesOnAt: String(offset) },
        'the input ends before what was read of it: Kafka lost records, or the topic was created again',
      )
      return owner.goBackTo(offset)
    }
    const oldest = bounds?.low ?? 0n
    const expired = oldest - owner.nextOffset
    if (expired <= 0n) return
    if (owner.nextOffset > 0n) {
      metrics.expired.inc(Number(expired))
      logger.error({ partition, records: Number(expired) }, 'the input was deleted before it was read')
    }
    owner.skipTo(oldest, Date.now() - inputRetentionMs)
  }
}
