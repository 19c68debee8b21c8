import { until } from '@chat-battle/testkit/testing'
import { inSeconds } from '../harness/format.ts'

/** The greatest age of shown figures while a fault does not concern them, with room for a busy machine. */
export const maxStaleMs = 5000
/** How soon everything is fresh again after a processor has gone. Its group's session is 6 s of that. */
export const maxRecoveryS = 10

/** A problem if what `who` was shown became older than allowed. */
export function problemIfStale(who: string, stalestMs: number, allowedMs = maxStaleMs): string[] {
  return stalestMs > allowedMs
    ? [`${who}: shown figures were ${inSeconds(stalestMs)} old, allowed: ${inSeconds(allowedMs)}`]
    : []
}

/** A problem if `what` took longer than allowed. */
export function problemIfLate(what: string, tookS: number, allowedS = maxRecoveryS): string[] {
  return tookS > allowedS ? [`${what} after ${tookS.toFixed(1)} s, allowed: ${allowedS} s`] : []
}

/** Waits for a condition; a problem if it does not come true in time. */
export function problemUnless(
  condition: () => boolean | Promise<boolean>,
  what: string,
  withinMs?: number,
): Promise<string[]> {
  return until(condition, what, withinMs).then(
    () => [],
    (error: unknown) => [error instanceof Error ? error.message : String(error)],
  )
}
