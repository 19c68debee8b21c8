import { setTimeout as delay } from 'node:timers/promises'
import { inputRetentionMs } from '@chat-battle/contracts/records/topics'
import type { Logger } from '@chat-battle/runtime/process/logger'
import type { InputPositions } from './input-positions.ts'
import type { StatisticsMetrics } from './metrics.ts'
import type { PartitionProcessor } from './partition-processor.ts'

/** A new leader may not know at once up to where the one before it had confirmed. */
const confirmAfterMs = 1000

/** Gives what moves an owner to where the input goes on, should it no longer hold what is to be read, or what was read. */
export function resolveStartOffset(
  input: InputPositions,
  metrics: Pick<StatisticsMetrics, 'truncations' | 'expired'>,
  logger: Logger,
): (owner: PartitionProcessor, partition: number) => Promise<void> {
  return async (owner, partition) => {
    const look = async () => {
      const bounds = await input.bounds(partition)
      // What was appended after all that was read is still to be read: elsewhere, it is another topic of the same name.
      const isOther = async () => (await input.firstAfter(partition, owner.lastAppendMs)) < owner.nextOffset
      const isCut = bounds !== undefined && (owner.nextOffset > bounds.high || (await isOther()))
      return { bounds, isCut }
    }
    let { bounds, isCut } = await look()
    if (isCut) {
      await delay(confirmAfterMs)
      ;({ bounds, isCut } = await look())
    }
    if (isCut) {
      const offset = await input.firstAfter(partition, owner.lastAppendMs)
      metrics.truncations.inc()
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
