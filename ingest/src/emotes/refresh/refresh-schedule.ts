/** A set is requested again after this long, give or take `jitter`. */
const intervalMs = 10 * 60_000
const jitter = 0.2
const firstRetryMs = 1000
const maxRetryMs = 10 * 60_000
/** A provider that asks for a longer pause is asked again after this one. */
const maxPauseMs = 60 * 60_000
/** Requests for sets in flight at one provider. */
export const maxInFlight = 2

/** A channel's set at the provider, or with null that of every channel. */
export type SetId = string | null

interface Refresh {
  dueAtMs: number
  failures: number
  isInFlight: boolean
}

export interface ScheduleOptions {
  /** How long ago any ingest fetched the set, ms; undefined: never. */
  ageMs: (set: SetId) => number | undefined
  random?: () => number
}

/**
 * When the sets of one provider are requested. Times are monotonic ms. A failure makes its set wait, and the whole provider:
 * both waits double with each failure, and end with a success.
 */
export class RefreshSchedule {
  readonly #ageMs: ScheduleOptions['ageMs']
  readonly #random: () => number
  readonly #refreshes = new Map<SetId, Refresh>()
  #inFlight = 0
  #failures = 0
  #pausedUntilMs = -Infinity

  constructor({ ageMs, random = Math.random }: ScheduleOptions) {
    this.#ageMs = ageMs
    this.#random = random
  }

  get sets(): IterableIterator<SetId> {
    return this.#refreshes.keys()
  }

  /** From now on exactly these sets are refreshed; a new one at once, unless it was fetched lately. */
  want(sets: ReadonlySet<SetId>, nowMs: number): void {
    for (const set of this.#refreshes.keys()) if (!sets.has(set)) this.#refreshes.delete(set)
    for (const set of sets) {
      if (this.#refreshes.has(set)) continue
      this.#refreshes.set(set, { dueAtMs: nowMs + this.#untilDueMs(set), failures: 0, isInFlight: false })
    }
  }

  /** The set to request now; undefined: none is due, or as many as may be are in flight. */
  take(nowMs: number): { set: SetId } | undefined {
    if (this.#inFlight >= maxInFlight || nowMs < this.#pausedUntilMs) return undefined
    let first: [SetId, Refresh] | undefined
    for (const [set, refresh] of this.#refreshes) {
      if (
        refresh.isInFlight ||
        refresh.dueAtMs > nowMs ||
        refresh.dueAtMs >= (first?.[1].dueAtMs ?? Infinity)
      )
        continue
      // Another ingest may have fetched it meanwhile.
      const waitMs = this.#untilDueMs(set)
      if (refresh.failures === 0 && waitMs > 0) refresh.dueAtMs = nowMs + waitMs
      else first = [set, refresh]
    }
    if (first === undefined) return undefined
    first[1].isInFlight = true
    this.#inFlight++
    return { set: first[0] }
  }

  succeeded(set: SetId, nowMs: number): void {
    this.#failures = 0
    this.#pausedUntilMs = -Infinity
    this.#end(set, nowMs + this.#jittered(intervalMs), 0)
  }

  /** `pauseMs`: how long the provider asked to wait. Returns whether the set had not failed before. */
  failed(set: SetId, nowMs: number, pauseMs: number | undefined): boolean {
    const failures = (this.#refreshes.get(set)?.failures ?? 0) + 1
    this.#failures++
    const ownMs =
      pauseMs === undefined ? retryMs(this.#failures) : Math.min(Math.max(pauseMs, firstRetryMs), maxPauseMs)
    this.#pausedUntilMs = Math.max(this.#pausedUntilMs, nowMs + ownMs)
    this.#end(set, nowMs + Math.max(ownMs, retryMs(failures)), failures)
    return failures === 1
  }

  #end(set: SetId, dueAtMs: number, failures: number): void {
    this.#inFlight--
    if (this.#refreshes.has(set)) this.#refreshes.set(set, { dueAtMs, failures, isInFlight: false })
  }

  /** 0 for a set that is old enough. */
  #untilDueMs(set: SetId): number {
    const ageMs = this.#ageMs(set)
    if (ageMs === undefined || ageMs >= intervalMs * (1 - jitter)) return 0
    return Math.max(0, this.#jittered(intervalMs) - Math.max(0, ageMs))
  }

  #jittered(ms: number): number {
    return Math.round(ms * (1 - jitter + 2 * jitter * this.#random()))
  }
}

function retryMs(failures: number): number {
  return Math.min(firstRetryMs * 2 ** (failures - 1), maxRetryMs)
}
