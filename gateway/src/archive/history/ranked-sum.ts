type Entry<Info> = readonly [key: string, info: Info, count: number]

/** A ranking of one window. `maxUnlisted`, `maxLow`: see `WindowSummary`. */
export interface WindowRanking<Info> {
  readonly entries: readonly Entry<Info>[]
  /** Ids outside of the entries with a count that was true before: at most `maxUnlisted` now. */
  readonly earlier?: readonly Entry<Info>[]
  readonly maxUnlisted: number
  readonly maxLow: number
}

export interface RankedTotal<Info> {
  readonly key: string
  readonly info: Info
  readonly count: number
  readonly maxMissed: number
}

interface Sum<Info> {
  info: Info
  count: number
  /** By how much the windows that list the key bound it better than those that do not. */
  credited: number
  /** What was forgotten before the key was added. */
  forgottenBefore: number
}

/** Ids of a range that are summed at the same time; beyond, the rarer half is forgotten. */
const defaultMaxKeys = 20_000

/**
 * Sums rankings of several windows, each of which leaves rare ids out. No count is high; one may be low by at most its
 * `maxMissed`, and an id that is not listed by at most the sum's.
 */
export class RankedSum<Info> {
  readonly #maxKeys: number
  #sums = new Map<string, Sum<Info>>()
  #unlisted = 0
  #forgotten = 0

  constructor(maxKeys = defaultMaxKeys) {
    this.#maxKeys = maxKeys
  }

  /** The greatest count that an id without a sum may have. */
  get maxMissed(): number {
    return this.#unlisted + this.#forgotten
  }

  /** Whether ids were forgotten. */
  get isCut(): boolean {
    return this.#forgotten > 0
  }

  add({ entries, earlier = [], maxUnlisted, maxLow }: WindowRanking<Info>): void {
    this.#unlisted += maxUnlisted
    for (const entry of entries) this.#count(entry, maxUnlisted - maxLow)
    for (const entry of earlier) this.#count(entry, entry[2])
  }

  /** Most first, ties by key ascending. */
  ranked(): RankedTotal<Info>[] {
    return this.#inOrder().map(([key, { info, count, credited, forgottenBefore }]) => ({
      key,
      info,
      count,
      maxMissed: this.#unlisted - credited + forgottenBefore,
    }))
  }

  #count([key, info, count]: Entry<Info>, credited: number): void {
    const sum = this.#sums.get(key)
    if (sum === undefined) return this.#append(key, { info, count, credited, forgottenBefore: 0 })
    sum.info = info
    sum.count += count
    sum.credited += credited
  }

  #append(key: string, sum: Sum<Info>): void {
    if (this.#sums.size >= this.#maxKeys) this.#forget()
    sum.forgottenBefore = this.#forgotten
    this.#sums.set(key, sum)
  }

  #forget(): void {
    const ordered = this.#inOrder()
    const kept = ordered.slice(0, Math.floor(this.#maxKeys / 2))
    this.#forgotten += ordered[kept.length]?.[1].count ?? 0
    this.#sums = new Map(kept)
  }

  #inOrder(): [string, Sum<Info>][] {
    return [...this.#sums].sort(([a, one], [b, other]) => other.count - one.count || (a < b ? -1 : 1))
  }
}
