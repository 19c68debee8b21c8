import { z } from 'zod'
import { count } from '@chat-battle/contracts/primitives'
import { viewersSeriesLength, viewersStepMs, windowMs } from '@chat-battle/contracts/window'
import { Aggregate } from './aggregate.ts'

/** Ms since the window's start, and the viewers; null: offline. */
const sample = z.tuple([count.max(windowMs - 1), count.nullable()])
const saved = z.array(sample).max(viewersSeriesLength)

type Sample = z.infer<typeof sample>

/** The last count of each step. Which one is the last does not depend on the order of arrival, so a repeated event changes nothing. */
export class Viewers extends Aggregate {
  readonly #steps = new Array<Sample | undefined>(viewersSeriesLength).fill(undefined)
  #isEmpty = true

  /** Adds the viewers at a time of the window; false if that changes nothing. */
  add(sinceStartMs: number, viewers: number | null): boolean {
    const step = Math.floor(sinceStartMs / viewersStepMs)
    const known = this.#steps[step]
    if (known !== undefined && !isLater([sinceStartMs, viewers], known)) return false
    this.#steps[step] = [sinceStartMs, viewers]
    this.#isEmpty = false
    return true
  }

  figures() {
    if (this.#isEmpty) return { viewers: null }
    const counts = this.#steps.map((sample) => sample?.[1] ?? null)
    const known = counts.filter((viewers) => viewers !== null)
    const last = known.at(-1)
    if (last === undefined) return { viewers: null }
    const average = Math.round(known.reduce((sum, viewers) => sum + viewers, 0) / known.length)
    const series = { step_ms: viewersStepMs, counts }
    return { viewers: { last, peak: Math.max(...known), average, series } }
  }

  override save(): Sample[] | null {
    if (this.#isEmpty) return null
    return this.#steps.filter((sample) => sample !== undefined)
  }

  override restore(stored: unknown): void {
    for (const [sinceStartMs, viewers] of saved.parse(stored)) this.add(sinceStartMs, viewers)
  }
}

/** Of two at the same time the greater counts. */
function isLater([at, viewers]: Sample, [knownAt, known]: Sample): boolean {
  return at === knownAt ? (viewers ?? -1) > (known ?? -1) : at > knownAt
}
