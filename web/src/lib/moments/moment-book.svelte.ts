import type { TimeRange } from '@chat-battle/contracts/records/channel-stats'
import type { Moment } from '@chat-battle/contracts/records/moment'
import { fetchMoments } from '../api/history.ts'
import { mergeMoments } from './moment-list.ts'

/** How far back moments are listed beside live chat. */
const listedMs = 24 * 60 * 60_000
/** A channel's time may be ahead of the page's. */
const aheadMs = 60_000

/** The range whose moments are listed beside live chat. `nowMs`: epoch ms. */
export function listedRange(nowMs: number): TimeRange {
  return { from: Math.floor(nowMs - listedMs), to: Math.floor(nowMs + aheadMs) }
}

/** The moments of the shown channels: those of a range, and each as it happens. */
export class MomentBook {
  /** Newest first. */
  all = $state.raw<readonly Moment[]>([])
  /** Names of the channels whose earlier moments could not be read. */
  failed = $state.raw<readonly string[]>([])
  #read: readonly string[] = []

  /** Takes in a moment that has just happened or changed. */
  take(moment: Moment): void {
    this.all = mergeMoments(this.all, [moment])
  }

  /** Reads the moments of a channel in a range, once. */
  async read(name: string, range: TimeRange): Promise<void> {
    if (this.#read.includes(name)) return
    this.#read = [...this.#read, name]
    try {
      this.all = mergeMoments(
        this.all,
        await fetchMoments(name, range, { signal: AbortSignal.timeout(20_000) }),
      )
      this.failed = this.failed.filter((each) => each !== name)
    } catch {
      this.failed = [...this.failed.filter((each) => each !== name), name]
    }
  }

  /** Reads again what could not be read. */
  retry(range: TimeRange): void {
    for (const name of this.failed) {
      this.#read = this.#read.filter((each) => each !== name)
      void this.read(name, range)
    }
  }
}
