import {
  historySteps,
  maxHistoryAgeMs,
  type HistoryStep,
} from '@chat-battle/contracts/rest/routes/get-history'
import { windowMs, windowStart } from '@chat-battle/contracts/window'
import { RequestRefused } from '../../refusal.ts'

const defaultRangeMs = 60 * 60 * 1000

/** A range of whole steps, and of the windows that it touches. Times are epoch ms, ends exclusive. */
export interface HistoryRange {
  readonly fromMs: number
  readonly toMs: number
  readonly stepMs: number
  /** How many steps have begun. */
  readonly points: number
  readonly windowsFromMs: number
  readonly windowsToMs: number
}

/** `nowMs`: the channel's time. Throws `RequestRefused` for a range that is not served. */
export function rangeOf(
  { from, to, step }: { from?: number | undefined; to?: number | undefined; step: HistoryStep },
  nowMs: number,
): HistoryRange {
  const { stepMs, maxRangeMs } = historySteps[step]
  const endMs = to ?? Math.max(from ?? 0, Math.floor(nowMs)) + 1
  const beginMs = from ?? Math.max(0, endMs - defaultRangeMs)
  if (beginMs >= endMs) throw refused(`from ${beginMs} is not before to ${endMs}`)
  const fromMs = Math.floor(beginMs / stepMs) * stepMs
  const toMs = Math.ceil(endMs / stepMs) * stepMs
  // Widened to whole steps, a range may be up to two steps longer than the request's.
  if (endMs - beginMs > maxRangeMs)
    throw refused(`a step of ${step} is served for at most ${maxRangeMs} ms; ask for a longer step`)
  if (fromMs < nowMs - maxHistoryAgeMs - stepMs)
    throw refused(`from ${beginMs} is older than ${maxHistoryAgeMs} ms, for which windows are kept`)
  const points =
    Math.max(0, Math.min(toMs - fromMs, Math.floor(nowMs / stepMs) * stepMs + stepMs - fromMs)) / stepMs
  const windowsToMs = windowStart(toMs - 1) + windowMs
  return { fromMs, toMs, stepMs, points, windowsFromMs: windowStart(fromMs), windowsToMs }
}

function refused(reason: string): RequestRefused {
  return new RequestRefused('range_not_served', reason)
}
