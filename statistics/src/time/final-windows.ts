import { windowMs } from '@chat-battle/contracts/window'
import { hashChannel } from '../collections/id-hash.ts'
import { IdSet } from '../collections/id-set.ts'

/** How long a forgotten channel's closed windows are remembered, by the broker's clock. */
export const rememberMs = 24 * 60 * 60_000
/** At most this many are remembered. Beyond, the oldest windows are dropped, and no unknown channel can open them. */
const maxRemembered = 500_000

interface Remembered {
  readonly channels: IdSet
  addedAtMs: number
}

/** The last window of each forgotten channel, so that it never opens again: a final frame is final. */
export class FinalWindows {
  /** By start of the window, epoch ms. */
  readonly byStart: Map<number, Remembered>
  /** Windows before `untilMs`, channel time, are final for every unknown channel. `atMs`: epoch ms of the broker's clock. */
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

  /** Remembers that a channel's windows are closed up to the one with this start. */
  add(channelId: string, start: number, appendMs: number): void {
    this.#expire(appendMs)
    let remembered = this.byStart.get(start)
    if (remembered === undefined) {
      remembered = { channels: new IdSet(), addedAtMs: appendMs }
      this.byStart.set(start, remembered)
    }
    remembered.addedAtMs = appendMs
    if (remembered.channels.add(hashChannel(channelId))) this.#size++
    if (this.#size > this.#max) this.#dropOldest(appendMs)
  }

  /** Whether an unknown channel's window with this start, or a later one, was closed. */
  has(channelId: string, start: number): boolean {
    if (start < this.sealed.untilMs) return true
    if (this.#size === 0) return false
    const id = hashChannel(channelId)
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
