import { z } from 'zod'
import { count } from '@chat-battle/contracts/primitives'
import type { ChatMessage } from '@chat-battle/contracts/records/chat-event'
import { moodOf } from '@chat-battle/contracts/records/mood'
import { moodSeriesLength, moodStepMs } from '@chat-battle/contracts/window'
import { Aggregate } from './aggregate.ts'

const counts = z.array(count).length(moodSeriesLength)
const saved = z.tuple([count, counts, counts, counts])

const zeros = () => new Array<number>(moodSeriesLength).fill(0)

/** The moods that ingest wrote on the messages, counted per minute of the window. */
export class MoodFigures extends Aggregate {
  #messages = 0
  #positive = zeros()
  #negative = zeros()
  #neutral = zeros()

  override countMessage({ mood }: ChatMessage, sinceStartMs: number): void {
    this.#messages++
    if (mood === null) return
    const counts = mood > 0 ? this.#positive : mood < 0 ? this.#negative : this.#neutral
    const step = Math.floor(sinceStartMs / moodStepMs)
    counts[step] = (counts[step] ?? 0) + 1
  }

  figures() {
    const totals = {
      positive: sum(this.#positive),
      negative: sum(this.#negative),
      neutral: sum(this.#neutral),
    }
    return {
      mood: moodOf(totals, this.#messages),
      mood_series: {
        step_ms: moodStepMs,
        positive: this.#positive,
        negative: this.#negative,
        neutral: this.#neutral,
      },
    }
  }

  override save(): z.infer<typeof saved> {
    return [this.#messages, this.#positive, this.#negative, this.#neutral]
  }

  override restore(stored: unknown): void {
    ;[this.#messages, this.#positive, this.#negative, this.#neutral] = saved.parse(stored)
  }
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, each) => total + each, 0)
}
