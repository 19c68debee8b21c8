import type { ChatEvent } from '@chat-battle/contracts/records/chat-event'
import type { Logger } from '@chat-battle/runtime/process/logger'
import { isTickDue, type Coverage } from './clock/coverage.ts'
import { createSkewReport } from './skew-report.ts'
import type { TwitchClock } from './clock/twitch-clock.ts'
import type { EventProducer } from './kafka/event-producer.ts'
import type { LeaseFollower } from './membership/lease-follower.ts'
import type { Membership } from './membership/membership.ts'
import type { ConnectionPool } from './twitch/connection-pool.ts'

const usualTickEveryMs = 5000
const refreshEveryMs = 10_000
const membershipEveryMs = 1000

export interface TimedParts {
  follower: LeaseFollower
  membership: Membership
  coverage: Coverage
  twitchClock: TwitchClock
  pool: ConnectionPool
  producer: EventProducer
  logger: Logger
  /** Monotonic ms. */
  monotonicMs: () => number
  send: (event: ChatEvent) => void
}

/** Does the periodic work until `owned` is disposed of. */
export function startTimers(
  owned: AsyncDisposableStack,
  { follower, membership, coverage, twitchClock, pool, producer, logger, monotonicMs, send }: TimedParts,
  { tickEveryMs = usualTickEveryMs }: { tickEveryMs?: number },
): void {
  const every = (ms: number, act: () => void) => owned.adopt(setInterval(act, ms), clearInterval)
  every(membershipEveryMs, createSkewReport(twitchClock, logger))
  every(membershipEveryMs, () => follower.tick())
  every(refreshEveryMs, () => membership.refresh())
  every(tickEveryMs, () => {
    for (const tick of coverage.ticks(monotonicMs(), (login) => pool.coveredUntilMs(login)))
      if (isTickDue(tick, producer.waitingForMs)) send(tick)
  })
}
