import type { Health } from '@chat-battle/contracts/rest/routes/get-health'
import type { Intake } from './intake.ts'
import type { StatsView } from './current/stats-view.ts'
import type { StatusView } from './directory/status-view.ts'
import type { ViewReader } from './kafka/view-reader.ts'
import type { Phase } from './phase.ts'

/** Without an answer from Kafka for this long, the figures in memory may be old. */
const kafkaAwayMs = 10_000

export interface HealthSources {
  phase: Phase
  reader: Pick<ViewReader, 'lag' | 'lastContactAtMs'>
  intake: Pick<Intake, 'frameAgeMs'>
  statsView: Pick<StatsView, 'channelCount' | 'windowCount'>
  statusView: Pick<StatusView, 'clockSkewMs'>
}

/** While Kafka is away, the state is `degraded` and requests are still served: the figures in memory stay right for a moment. */
export function healthOf({ phase, reader, intake, statsView, statusView }: HealthSources): Health {
  const isKafkaThere = performance.now() - reader.lastContactAtMs() < kafkaAwayMs
  return {
    status: phase.isServing ? (isKafkaThere ? 'ok' : 'degraded') : (phase.name as 'starting' | 'stopping'),
    kafka: { connected: phase.name !== 'starting' && isKafkaThere, lag: reader.lag() },
    cache: {
      channels: statsView.channelCount,
      windows: statsView.windowCount,
      age_ms: intake.frameAgeMs(),
    },
    // Figures stay right with a skewed clock, so a skew alone does not degrade the service.
    clock_skew_ms: statusView.clockSkewMs(),
  }
}
