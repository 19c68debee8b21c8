import type { ChannelStatus } from '@chat-battle/contracts/records/channel-status'
import type { DeadLetter } from '@chat-battle/contracts/records/dead-letter'
import type { Health } from '@chat-battle/contracts/rest/routes/get-health'

/** How something is. `late`: it works, and needs a look. `away`: it does not work. `none`: there is nothing to judge. */
export type Standing = 'good' | 'late' | 'away' | 'none'

const order: readonly Standing[] = ['none', 'good', 'late', 'away']

/** The worst of some. */
export function worst(standings: readonly Standing[]): Standing {
  return standings.reduce<Standing>(
    (found, each) => (order.indexOf(each) > order.indexOf(found) ? each : found),
    'none',
  )
}

/** Records that a gateway may be behind for a moment. */
const maxLag = 1000

export function healthStanding({ status, kafka }: Health): Standing {
  if (status === 'ok') return kafka.lag > maxLag ? 'late' : 'good'
  return status === 'degraded' ? 'late' : 'away'
}

/** Of a joined channel, a gap that ended longer ago is history. */
const recentGapMs = 10 * 60_000

/** A name that Twitch does not know is no fault of the installation. `nowMs`: epoch ms. */
export function channelStanding({ state, gaps }: ChannelStatus, nowMs: number): Standing {
  switch (state) {
    case 'joined':
      return nowMs - (gaps.at(-1)?.to ?? 0) < recentGapMs ? 'late' : 'good'
    case 'joining':
    case 'reconnecting':
      return 'late'
    case 'banned':
    case 'limit_reached':
      return 'away'
    case 'not_found':
    case 'suspended':
    case 'parted':
      return 'none'
  }
}

/** A set is read again after 8 to 12 minutes. */
const setLateMs = 15 * 60_000
const setAwayMs = 2 * 60 * 60_000

export function setStanding(ageMs: number): Standing {
  if (ageMs < setLateMs) return 'good'
  return ageMs < setAwayMs ? 'late' : 'away'
}

const recentDeadLetterMs = 24 * 60 * 60_000

export function deadLetterStanding({ passed_over_at: at }: DeadLetter, nowMs: number): Standing {
  return nowMs - at < recentDeadLetterMs ? 'late' : 'none'
}

/** The worst first; those of equal standing stay in their order. */
export function byStanding<T>(items: readonly T[], standingOf: (item: T) => Standing): T[] {
  return items.toSorted((one, other) => order.indexOf(standingOf(other)) - order.indexOf(standingOf(one)))
}
