import { moodOf } from '@chat-battle/contracts/records/mood'
import type { ChannelStats } from '@chat-battle/contracts/records/channel-stats'
import type { HistoryPoint } from '@chat-battle/contracts/rest/routes/get-history'
import { seriesStepMs, windowMs } from '@chat-battle/contracts/window'
import { RangeSketch } from '@chat-battle/statistics/collections/range-sketch'
import type { HistoryRange } from './range.ts'
import type { HistoryWindow } from './window-rows.ts'

/** The people of a step so far. */
interface People {
  readonly point: HistoryPoint
  readonly sketch: RangeSketch
  windows: number
  /** The greatest number of a window: the estimate of their union is at least that. */
  most: number
}

const viewersOf = () => ({ sum: 0, known: 0 })
const moodsOf = () => ({ positive: 0, negative: 0, neutral: 0 })

/** The points of a range, from windows in their order. */
export class RangePoints {
  readonly #range: HistoryRange
  readonly #points: HistoryPoint[]
  readonly #moods: ReturnType<typeof moodsOf>[]
  readonly #viewers: ReturnType<typeof viewersOf>[]
  #people: People | undefined

  constructor(range: HistoryRange) {
    this.#range = range
    const every = <T>(make: (index: number) => T) =>
      Array.from({ length: range.points }, (_, index) => make(index))
    const unique_chatters = range.stepMs < windowMs ? null : 0
    this.#points = every((index) => ({
      at: range.fromMs + index * range.stepMs,
      message_count: 0,
      unique_chatters,
      bits: 0,
      moderated_messages: 0,
      mood: null,
      viewers: null,
    }))
    this.#moods = every(moodsOf)
    this.#viewers = every(viewersOf)
  }

  add({ stats, summary }: HistoryWindow): void {
    this.#addMessages(stats)
    this.#addMoods(stats)
    this.#addViewers(stats)
    if (summary !== undefined && this.#range.stepMs < windowMs) {
      for (const name of ['bits', 'moderated_messages'] as const)
        for (const [step, count] of summary.steps[name]) {
          const point = this.#pointAt(stats.window_start + step * seriesStepMs)
          if (point !== undefined) point[name] += count
        }
      return
    }
    // Without the steps, all of a window counts where it begins.
    const point = this.#pointAt(stats.window_start)
    if (point === undefined) return
    point.bits += stats.bits
    point.moderated_messages += stats.moderated_messages
    if (point.unique_chatters !== null) this.#addPeople(point, { stats, summary })
  }

  finish(): HistoryPoint[] {
    this.#finishPeople()
    const { stepMs } = this.#range
    for (const [index, point] of this.#points.entries()) {
      const [moods, viewers] = [this.#moods[index], this.#viewers[index]]
      if (moods !== undefined && stepMs > seriesStepMs) point.mood = moodOf(moods, point.message_count)
      if (viewers !== undefined && viewers.known > 0) point.viewers = Math.round(viewers.sum / viewers.known)
    }
    return this.#points
  }

  #addMessages({ window_start, series: { step_ms, counts } }: ChannelStats): void {
    for (const [step, count] of counts.entries()) {
      if (count === 0) continue
      const point = this.#pointAt(window_start + step * step_ms)
      if (point !== undefined) point.message_count += count
    }
  }

  #addMoods({ window_start, mood_series: series }: ChannelStats): void {
    if (series === null) return
    for (const name of ['positive', 'negative', 'neutral'] as const)
      for (const [step, count] of series[name].entries()) {
        const moods = this.#moods[this.#indexAt(window_start + step * series.step_ms)]
        if (moods !== undefined) moods[name] += count
      }
  }

  /** Viewers are known per minute: a shorter step has those of its minute, a longer one the mean of its minutes. */
  #addViewers({ window_start, viewers }: ChannelStats): void {
    if (viewers === null) return
    const { step_ms, counts } = viewers.series
    const each = Math.min(step_ms, this.#range.stepMs)
    for (const [step, count] of counts.entries()) {
      if (count === null) continue
      const minute = window_start + step * step_ms
      for (let at = minute; at < minute + step_ms; at += each) {
        const sums = this.#viewers[this.#indexAt(at)]
        if (sums === undefined) continue
        sums.sum += count
        sums.known++
      }
    }
  }

  #addPeople(point: HistoryPoint, { stats, summary }: HistoryWindow): void {
    if (this.#people?.point !== point) {
      this.#finishPeople()
      this.#people = { point, sketch: new RangeSketch(), windows: 0, most: 0 }
    }
    const people = this.#people
    if (summary !== undefined) people.sketch.merge(summary.sketch)
    if (stats.unique_chatters > 0) people.windows++
    people.most = Math.max(people.most, stats.unique_chatters)
  }

  #finishPeople(): void {
    if (this.#people === undefined) return
    const { point, sketch, windows, most } = this.#people
    point.unique_chatters = windows > 1 ? Math.max(most, sketch.estimate()) : most
  }

  #indexAt(atMs: number): number {
    return Math.floor((atMs - this.#range.fromMs) / this.#range.stepMs)
  }

  #pointAt(atMs: number): HistoryPoint | undefined {
    return this.#points[this.#indexAt(atMs)]
  }
}
