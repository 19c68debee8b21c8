import { quantile } from '../quantile.ts'
import type { JudgedChat, Stretch } from './burst.ts'
import type { Detector } from './detectors.ts'

/** So long after its end a burst still counts as found. */
const foundWithinMs = 30_000

/** How well a detector did, over one or several chats. */
export class Score {
  readonly #delaysMs: number[] = []
  #bursts = 0
  #alarms = 0
  #hours = 0

  /** `alarmsMs`: when the detector reported a moment. */
  add({ bursts, hours, natural }: Omit<JudgedChat, 'events'>, alarmsMs: readonly number[]): void {
    const isIn = (at: number) => (each: Stretch) => at >= each.startMs && at <= each.endMs + foundWithinMs
    this.#bursts += bursts.length
    this.#alarms += alarmsMs.filter((at) => bursts.some(isIn(at)) || !natural.some(isIn(at))).length
    this.#hours += hours
    for (const burst of bursts) {
      const found = alarmsMs.find((at) => isIn(at)(burst))
      if (found !== undefined) this.#delaysMs.push(found - burst.startMs)
    }
  }

  /** Recall / precision / false alarms per hour / median, 95th percentile of the delay, s. Without bursts, only false alarms. */
  toString(): string {
    const found = this.#delaysMs.length
    const falsePerHour = ((this.#alarms - found) / this.#hours).toFixed(2)
    if (this.#bursts === 0) return `– / – / ${falsePerHour} / –`
    const precision = this.#alarms === 0 ? 1 : found / this.#alarms
    const [median, late] = [0.5, 0.95].map((share) => (quantile(this.#delaysMs, share) / 1000).toFixed(0))
    return `${(found / this.#bursts).toFixed(2)} / ${precision.toFixed(2)} / ${falsePerHour} / ${median}, ${late}`
  }
}

/** The times of a detector's reports. */
export function alarmsOf(chat: JudgedChat, detector: Detector): number[] {
  const alarms: number[] = []
  for (const event of chat.events()) {
    const at = detector.apply(event)
    if (at !== undefined) alarms.push(at)
  }
  return alarms
}
