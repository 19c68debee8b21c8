import type { TimeRange } from '@chat-battle/contracts/records/channel-stats'

/** More stretches of one window are not kept apart: the shortest is dropped, so that no time is claimed without cover. */
export const maxRanges = 50

/** The union of stretches of time, in order, those that touch merged. Epoch ms, `to` exclusive. */
export class Coverage {
  readonly #ranges: TimeRange[] = []

  constructor(ranges: readonly TimeRange[] = []) {
    for (const { from, to } of ranges) this.add(from, to)
  }

  get ranges(): TimeRange[] {
    return this.#ranges.map(({ from, to }) => ({ from, to }))
  }

  /** Adds a stretch; false where nothing of it was new. */
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
