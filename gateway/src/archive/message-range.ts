import { maxMessageRangeMs } from '@chat-battle/contracts/rest/parameters'
import { windowMs } from '@chat-battle/contracts/window'
import { RequestRefused } from '../refusal.ts'

const hourMs = 60 * 60_000

/**
 * The part of a range of messages that the archive still has; `retentionHours`: of ARCHIVE_RETENTION_HOURS. Times are epoch ms. Throws
 * `RequestRefused` for a range that is not served.
 */
export function keptRange(
  from: number,
  to: number,
  retentionHours: number,
  nowMs = Date.now(),
): { from: number; to: number } {
  if (from >= to) throw refused(`from ${from} is not before to ${to}`)
  if (to - from > maxMessageRangeMs)
    throw refused(`a range of messages has at most ${maxMessageRangeMs} ms; from ${from} to ${to} is longer`)
  const keptFrom = keptFromMs(retentionHours, nowMs)
  if (to <= keptFrom) throw refused(`messages before ${keptFrom} are deleted; see ARCHIVE_RETENTION_HOURS`)
  return { from: Math.max(from, keptFrom), to }
}

/** Throws `RequestRefused` unless the archive has everything that counts in the window of `from`, epoch ms. */
export function requireReplayable(from: number, retentionHours: number, nowMs = Date.now()): void {
  const replayableFrom = keptFromMs(retentionHours, nowMs) + 2 * windowMs
  if (from >= replayableFrom) return
  throw refused(`messages before ${replayableFrom} cannot be replayed; see ARCHIVE_RETENTION_HOURS`)
}

/** Since when messages are kept, epoch ms. Throws `RequestRefused` where none is. */
export function keptFromMs(retentionHours: number, nowMs: number): number {
  if (retentionHours === 0) throw refused('this installation keeps no messages: ARCHIVE_RETENTION_HOURS is 0')
  return retentionHours === Infinity ? 0 : nowMs - retentionHours * hourMs
}

function refused(reason: string): RequestRefused {
  return new RequestRefused('range_not_served', reason)
}
