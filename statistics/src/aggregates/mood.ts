import { z } from 'zod'
import { count } from '@chat-battle/contracts/primitives'
import type { ChatMessage } from '@chat-battle/contracts/records/chat-event'
import { moodOf } from '@chat-battle/contracts/records/mood'
import { moodSeriesLength, moodStepMs } from '@chat-battle/contracts/window'
import { Aggregate } from './aggregate.ts'

const counts = z.array(count).length(moodSeriesLength)
const series = z.object({ positive: counts, negative: counts, neutral: counts })
/** The messages, and the series once a mood is known: in many channels none ever is. */
const saved = z.tuple([count, series.nullable()])

type MoodSeries = z.infer<typeof series>

/** Not by `new Array`, which V8 writes as JSON in five times the time. */
const zeros = () => Array.from({ length: moodSeriesLength }, () => 0)
const emptySeries = (): MoodSeries => ({ positive: zeros(), negative: zeros(), neutral: zeros() })
/** Shown by every window without a known mood, and never written to. */
const nothingKnown = emptySeries()

/** The moods that ingest wrote on the messages, counted per minute of the window. */
export class MoodFigures extends Aggregate {
  #messages = 0
  #series: MoodSeries | null = null

  override countMessage({ mood }: ChatMessage, sinceStartMs: number): void {
    this.#messages++
    if (mood === null) return
    const { positive, negative, neutral } = (this.#series ??= emptySeries())
    const counts = mood > 0 ? positive : mood < 0 ? negative : neutral
    const step = Math.floor(sinceStartMs / moodStepMs)
    counts[step] = (counts[step] ?? 0) + 1
  }

  figures() {
    if (this.#series === null) return { mood: null, mood_series: { step_ms: moodStepMs, ...nothingKnown } }
    const { positive, negative, neutral } = this.#series
    const totals = { positive: sum(positive), negative: sum(negative), neutral: sum(neutral) }
    return {
      mood: moodOf(totals, this.#messages),
      mood_series: { step_ms: moodStepMs, ...this.#series },
    }
  }

  override save(): z.infer<typeof saved> {
    return [this.#messages, this.#series]
  }

  override restore(stored: unknown): void {
    ;[this.#messages, this.#series] = saved.parse(stored)
  }
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, each) => total + each, 0)
}
