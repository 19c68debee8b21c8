import { CallFailed } from '@chat-battle/contracts/rest/call-route'
import { retryAfter } from '../source/retry-after.ts'

/** Why a history is not there. */
type ProblemKind = 'not_served' | 'archive_away' | 'slowed' | 'unknown_channel' | 'outdated' | 'unanswered'

export interface HistoryProblem {
  kind: ProblemKind
  /** When to try again, in ms; null: never. */
  retryMs: number | null
}

const retryMs = 10_000
/** The longest wait that a server's `Retry-After` can cause. */
const maxWaitMs = 5 * 60_000

export function historyProblem(error: unknown): HistoryProblem {
  if (!(error instanceof CallFailed)) return { kind: 'unanswered', retryMs }
  if (error.isClientOutdated) return { kind: 'outdated', retryMs: null }
  if (error.status === 429) {
    const waitMs = retryAfter(error.retryAfter) ?? retryMs
    return { kind: 'slowed', retryMs: Math.min(maxWaitMs, Math.max(retryMs, waitMs)) }
  }
  switch (error.error?.kind) {
    case 'range_not_served':
    case 'malformed_request':
      return { kind: 'not_served', retryMs: null }
    case 'archive_unavailable':
      return { kind: 'archive_away', retryMs }
    case 'channel_not_monitored':
    case 'malformed_channel':
      // It may be joined at any time.
      return { kind: 'unknown_channel', retryMs }
    default:
      return { kind: 'unanswered', retryMs }
  }
}
