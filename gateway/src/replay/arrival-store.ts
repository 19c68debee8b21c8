import { readArrivals, readDelayMs, type Arrival } from '../archive/arrivals.ts'
import type { ArchiveReader } from '../archive/archive-reader.ts'
import { RequestRefused } from '../refusal.ts'

/** Windows that a channel of a replay keeps: those around its position, so that a jump within a window reads nothing. */
const keptWindows = 4

/** How many records all replays of a gateway keep together: about 0.5 kB each. */
export class ArrivalBudget {
  readonly #max: number
  #kept = 0

  constructor(max: number) {
    this.#max = max
  }

  /** Throws `RequestRefused`. */
  take(count: number): void {
    if (this.#kept + count > this.#max) {
      const reason =
        'the replays of this gateway hold as many records as they may; try again when one has ended'
      throw new RequestRefused('rate_limited', reason)
    }
    this.#kept += count
  }

  give(count: number): void {
    this.#kept -= count
  }
}

/** The records of one channel by window of append time, read once while they are near the replay's position. */
export class ArrivalStore {
  readonly #archive: Pick<ArchiveReader, 'page'>
  readonly #budget: ArrivalBudget
  readonly #channelId: string
  /** Least recently used first. */
  readonly #kept = new Map<number, readonly Arrival[]>()
  #isClosed = false

  constructor(archive: Pick<ArchiveReader, 'page'>, budget: ArrivalBudget, channelId: string) {
    this.#archive = archive
    this.#budget = budget
    this.#channelId = channelId
  }

  /** See `readDelayMs`. */
  delayMs(start: number): Promise<number | undefined> {
    return readDelayMs(this.#archive, this.#channelId, start)
  }

  /** Throws `RequestRefused`. */
  async read(start: number): Promise<readonly Arrival[]> {
    const arrivals = this.#kept.get(start) ?? (await readArrivals(this.#archive, this.#channelId, start))
    if (this.#isClosed) return arrivals
    if (!this.#kept.delete(start)) this.#budget.take(arrivals.length)
    this.#kept.set(start, arrivals)
    const [oldest] = this.#kept.keys()
    if (this.#kept.size > keptWindows && oldest !== undefined) this.#drop(oldest)
    return arrivals
  }

  close(): void {
    this.#isClosed = true
    for (const start of this.#kept.keys()) this.#drop(start)
  }

  #drop(start: number): void {
    this.#budget.give(this.#kept.get(start)?.length ?? 0)
    this.#kept.delete(start)
  }
}
