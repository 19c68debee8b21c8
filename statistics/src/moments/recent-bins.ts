import type { IdHash } from '../collections/id-hash.ts'
import { IdSet } from '../collections/id-set.ts'
import { Bin, BinHistory } from './bins.ts'

/** Bins that are looked at together: the open one and those before it. */
export const togetherBins = 3
/** Channel time that jumps over more bins than this was not covered. */
const maxSilentBins = 2

/** The last bins of a channel, oldest first. Messages are counted in the open one, the last, and late ones in those before. */
export class RecentBins {
  readonly history: BinHistory
  readonly #bins: Bin[]

  constructor(history = new BinHistory(), bins: readonly Bin[] = []) {
    this.history = history
    this.#bins = [...bins]
  }

  get all(): readonly Bin[] {
    return this.#bins
  }

  /** 0 before the first. */
  get openIndex(): number {
    return this.#bins.at(-1)?.index ?? 0
  }

  find(index: number): Bin | undefined {
    for (let at = this.#bins.length - 1; at >= 0; at--)
      if (this.#bins[at]?.index === index) return this.#bins[at]
    return undefined
  }

  /** Closes the open bin and opens the one at `index`. */
  open(index: number): void {
    const closed = this.#bins.at(-1)
    if (closed !== undefined) {
      this.noteLate(closed)
      if (index - closed.index - 1 > maxSilentBins) this.history.forget(closed.index + 1, index - 1)
      else for (let silent = closed.index + 1; silent < index; silent++) this.history.set(silent, 0)
    }
    this.#bins.push(new Bin(index))
  }

  /** Remembers the count of a bin that is not the open one. */
  noteLate({ index, capped }: Bin): void {
    this.history.set(index, capped)
  }

  dropFirst(): void {
    this.#bins.shift()
  }

  isTogether({ index }: Bin): boolean {
    return index > this.openIndex - togetherBins
  }

  /** The capped messages of the bins that are looked at together. */
  countTogether(): number {
    const { openIndex } = this
    let counted = 0
    for (let at = this.#bins.length - 1; at >= 0; at--) {
      const bin = this.#bins[at]
      if (bin === undefined || bin.index <= openIndex - togetherBins) break
      counted += bin.capped
    }
    return counted
  }

  /** Whether at least so many people wrote in the bins that are looked at together. */
  hasPeople(atLeast: number): boolean {
    const together = this.#bins.filter((bin) => this.isTogether(bin))
    if (together.some(({ people }) => people.size >= atLeast)) return true
    return peopleOf(together).size >= atLeast
  }

  /** The first and last bin of the newest stretch of high ones, not before `notBefore`. */
  newestHigh(high: number, notBefore: number): { first: number; last: number } {
    const last = this.#bins.findLast(({ capped }) => capped >= high)?.index ?? this.openIndex
    let first = last
    while (first > notBefore && (this.find(first - 1)?.capped ?? 0) >= high) first--
    return { first, last }
  }
}

/** Everyone who wrote in these bins, except those that `isKnown`. */
export function peopleOf(bins: readonly Bin[], isKnown: (person: IdHash) => boolean = () => false): IdSet {
  const people = new IdSet()
  for (const bin of bins)
    for (const [person] of bin.people.entries()) if (!isKnown(person)) people.add(person)
  return people
}
