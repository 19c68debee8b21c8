import { setTimeout as delay } from 'node:timers/promises'
import { RequestRefused } from '../refusal.ts'

/** How long a replay waits for an archive that does not answer. */
export const maxAwayMs = 30_000
const retryEveryMs = 100

export function isArchiveAway(error: unknown): boolean {
  return error instanceof RequestRefused && error.kind === 'archive_unavailable'
}

interface Patience {
  /** Ends the waiting. */
  readonly signal: AbortSignal
  /** Monotonic ms. */
  readonly now: () => number
  /** The archive is away, and will be asked again. */
  readonly onWait: () => void
}

/** Reads, again and again while the archive is away, for as long as a replay waits for it. */
export async function patiently<T>(read: () => Promise<T>, { signal, now, onWait }: Patience): Promise<T> {
  const sinceMs = now()
  for (;;) {
    try {
      return await read()
    } catch (error) {
      if (!isArchiveAway(error) || signal.aborted || now() - sinceMs >= maxAwayMs) throw error
      onWait()
      await delay(retryEveryMs, undefined, { signal }).catch(() => undefined)
    }
  }
}
