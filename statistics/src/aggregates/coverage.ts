import { z } from 'zod'
import { timeRange, type TimeRange } from '@chat-battle/contracts/records/channel-stats'
import { Aggregate } from './aggregate.ts'

/** A window keeps at most this many ranges apart. Beyond, it drops the shortest: it must not claim time without coverage. */
export const maxRanges = 50

const saved = z.array(timeRange).max(maxRanges)

/** The union of the time ranges that ticks reported as covered, in order; ranges that touch are merged. */
export class Coverage extends Aggregate {
  readonly #ranges: TimeRange[] = []

  get ranges(): TimeRange[] {
    return this.#ranges.map(({ from, to }) => ({ from, to }))
  }

  figures() {
    return { coverage: this.ranges }
  }

  override save(): TimeRange[] | null {
    return this.#ranges.length === 0 ? null : this.#ranges
  }

  override restore(stored: unknown): void {
    for (const { from, to } of saved.parse(stored)) this.add(from, to)
  }

  /** Adds a range; false if all of it was covered already. */
  add(from: number, to: number): boolean {
    if (from >= to) return false
    const first = this.#ranges.findIndex((range) => range.to >= from)
    const begin = first < 0 ? this.#ranges.length : first
    let end = begin
    let merged: TimeRange = { from, to }
    for (; end < this.#ranges.length; end++) {
      const range = this.#ranges[end]
      if (range === undefined || range.from > to) break
      if (range.from <= from && range.to >= to) return false
      merged = { from: Math.min(merged.from, range.from), to: Math.max(merged.to, range.to) }
    }
    this.#ranges.splice(begin, end - begin, merged)
    if (this.#ranges.length > maxRanges) this.#dropShortest()
    return true
  }

  #dropShortest(): void {
    const lengths = this.#ranges.map(({ from, to }) => to - from)
    this.#ranges.splice(lengths.indexOf(Math.min(...lengths)), 1)
  }
}
