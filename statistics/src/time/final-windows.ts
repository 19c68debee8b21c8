import { windowMs } from '@chat-battle/contracts/window'
import { hashId, IdSet } from '../collections/id-set.ts'

/** A channel's closed windows are remembered for so long after it was forgotten, by the broker's clock. */
export const rememberMs = 24 * 60 * 60_000
/** More are not remembered: the oldest windows go, and take no channel any more that is not known. */
export const maxRemembered = 500_000

interface Remembered {
  readonly channels: IdSet
  addedAtMs: number
}

/** The last window of each channel that was closed and forgotten, so that it is not opened again: a final frame is final. */
export class FinalWindows {
  /** By start of the window, epoch ms. */
  readonly byStart: Map<number, Remembered>
  /** Until `untilMs` by channel time, windows are taken for final of all channels that are not known. */
  sealed: { untilMs: number; atMs: number }
  readonly #max: number
  #size: number

  constructor(
    byStart: Iterable<readonly [start: number, Remembered]> = [],
    sealed = { untilMs: 0, atMs: 0 },
    max = maxRemembered,
  ) {
    this.byStart = new Map(byStart)
    this.sealed = sealed
    this.#max = max
    this.#size = [...this.byStart.values()].reduce((sum, { channels }) => sum + channels.size, 0)
  }

  /** Remembers that a channel's windows up to the one with this start are closed. */
  add(channelId: string, start: number, appendMs: number): void {
    this.#expire(appendMs)
    let remembered = this.byStart.get(start)
    if (remembered === undefined) {
      remembered = { channels: IdSet.empty(), addedAtMs: appendMs }
      this.byStart.set(start, remembered)
    }
    remembered.addedAtMs = appendMs
    if (remembered.channels.add(hashId(channelId))) this.#size++
    if (this.#size > this.#max) this.#dropOldest(appendMs)
  }

  /** Whether a channel that is not known had a window with this start, or a later one, closed. */
  has(channelId: string, start: number): boolean {
    if (start < this.sealed.untilMs) return true
    if (this.#size === 0) return false
    const id = hashId(channelId)
    for (const [other, { channels }] of this.byStart) if (other >= start && channels.has(id)) return true
    return false
  }

  #expire(appendMs: number): void {
    for (const [start, { addedAtMs }] of this.byStart)
      if (addedAtMs + rememberMs < appendMs) this.#drop(start)
    if (this.sealed.atMs + rememberMs < appendMs) this.sealed = { untilMs: 0, atMs: 0 }
  }

  #dropOldest(appendMs: number): void {
    const start = Math.min(...this.byStart.keys())
    this.#drop(start)
    this.sealed = { untilMs: Math.max(this.sealed.untilMs, start + windowMs), atMs: appendMs }
  }

  #drop(start: number): void {
    this.#size -= this.byStart.get(start)?.channels.size ?? 0
    this.byStart.delete(start)
  }
}
