import { paceReportEveryMs } from '@chat-battle/contracts/records/webhook'
import { seriesStepMs } from '@chat-battle/contracts/window'

const minuteMs = 60_000
/** How far back it is looked for a minute with fewer messages: the windows that the gateway keeps. */
const knownMs = 4 * 60 * minuteMs

/** A minute of a channel's time, in steps of five seconds. */
export interface BusyMinute {
  /** Start of its last step, epoch ms. */
  at: number
  messageCount: number
}

/**
 * The minute that ends with the step `newest`, where it reaches `perMinute` messages and is to be reported: some minute since the
 * one of the report before (`reportedAt`, 0: none) had fewer, and it is long enough ago. It follows from the figures alone, so
 * every instance finds the same. `countAt`: messages of the step that starts then, 0 where it is not known.
 */
export function reachedPace(
  countAt: (at: number) => number,
  newest: number,
  { perMinute, reportedAt }: { perMinute: number; reportedAt: number },
): BusyMinute | undefined {
  if (newest < reportedAt + paceReportEveryMs) return undefined
  let sum = 0
  for (let at = newest; at > newest - minuteMs; at -= seriesStepMs) sum += countAt(at)
  if (sum < perMinute) return undefined
  const found = { at: newest, messageCount: sum }
  if (reportedAt < newest - knownMs) return found
  // Of earlier minutes every step is complete.
  for (let at = newest; at > reportedAt + seriesStepMs; at -= seriesStepMs) {
    sum += countAt(at - minuteMs) - countAt(at)
    if (sum < perMinute) return found
  }
  return undefined
}
