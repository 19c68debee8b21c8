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

/** How far the earlier moments of channels are known. `failed`: those of one at least could not be read. */
type Reading = 'reading' | 'read' | 'failed'

/** The moments of the shown channels: those of a range, and each as it happens. */
export class MomentBook {
  /** Newest first. */
  all = $state.raw<readonly Moment[]>([])
  #readings = $state.raw<Readonly<Record<string, Reading>>>({})

  /** Of channels by their names. One whose reading has not begun has no moments yet. */
  readingOf(names: readonly string[]): Reading {
    const readings = names.map((name) => this.#readings[name])
    if (readings.includes('reading')) return 'reading'
    return readings.includes('failed') ? 'failed' : 'read'
  }

  /** Takes in a moment that has just happened or changed. */
  take(moment: Moment): void {
    this.all = mergeMoments(this.all, [moment])
  }

  /** Reads the moments of a channel in a range, once. */
  async read(name: string, range: TimeRange): Promise<void> {
    if (this.#readings[name] !== undefined) return
    this.#set(name, 'reading')
    try {
      const found = await fetchMoments(name, range, { signal: AbortSignal.timeout(20_000) })
      this.all = mergeMoments(this.all, found)
      this.#set(name, 'read')
    } catch {
      this.#set(name, 'failed')
    }
  }

  /** Reads again what could not be read. */
  async retry(range: TimeRange): Promise<void> {
    const all = Object.entries(this.#readings)
    const failed = all.flatMap(([name, reading]) => (reading === 'failed' ? [name] : []))
    this.#readings = Object.fromEntries(all.filter(([name]) => !failed.includes(name)))
    await Promise.all(failed.map((name) => this.read(name, range)))
  }

  #set(name: string, reading: Reading): void {
    this.#readings = { ...this.#readings, [name]: reading }
  }
}
