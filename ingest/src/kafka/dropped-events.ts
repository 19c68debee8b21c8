import type { Logger } from '@chat-battle/runtime/process/logger'
import type { SteadyClock } from '../clock/steady-clock.ts'
import type { Membership } from '../membership/membership.ts'
import type { IngestMetrics } from '../metrics.ts'
import type { Dropped } from './event-buffer.ts'

export interface DroppedEventsParts {
  time: Pick<SteadyClock, 'at'>
  metrics: Pick<IngestMetrics, 'dropped'>
  logger: Logger
  membership: Pick<Membership, 'onDropped'>
}

/** Reports dropped events as a gap of their channel. */
export function reportDropped(
  dropped: readonly Dropped[],
  { time, metrics, logger, membership }: DroppedEventsParts,
): void {
  for (const { login, count, ...when } of dropped) {
    const [from, to] = [time.at(when.from), time.at(when.to)]
    metrics.dropped.inc(count)
    logger.error({ channel: login, from, to, count }, 'events dropped: Kafka was away and the buffer full')
    membership.onDropped(login, from, to)
  }
}
