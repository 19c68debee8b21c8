import { z } from 'zod'
import { count } from '@chat-battle/contracts/primitives'
import type { ChatMessage } from '@chat-battle/contracts/records/chat-event'
import { seriesLength, seriesStepMs } from '@chat-battle/contracts/window'
import { Aggregate } from './aggregate.ts'

/** The steps with messages, each followed by their number: most windows of a quiet channel have few. */
const saved = z.array(count).refine((flat) => flat.length % 2 === 0)

/** Copied, because V8 takes five times as long to write an array as JSON that `new Array` made: it may have holes. */
const noCounts = Array.from({ length: seriesLength }, () => 0)

export class Series extends Aggregate {
  readonly #counts = [...noCounts]
  /** The last step with messages. */
  #last = 0

  override countMessage(_message: ChatMessage, sinceStartMs: number): void {
    const step = Math.floor(sinceStartMs / seriesStepMs)
    this.#counts[step] = (this.#counts[step] ?? 0) + 1
    if (step > this.#last) this.#last = step
  }

  figures() {
    return { series: { step_ms: seriesStepMs, counts: this.#counts } }
  }

  override save(): z.infer<typeof saved> | null {
    const steps: number[] = []
    for (let step = 0; step <= this.#last; step++) {
      const messages = this.#counts[step] ?? 0
      if (messages > 0) steps.push(step, messages)
    }
    return steps.length === 0 ? null : steps
  }

  override restore(stored: unknown): void {
    const steps = saved.parse(stored)
    for (let at = 0; at < steps.length; at += 2) {
      const step = steps[at] ?? 0
      if (step >= seriesLength) throw new Error(`step ${step} is not below ${seriesLength}`)
      this.#counts[step] = steps[at + 1] ?? 0
      this.#last = Math.max(this.#last, step)
    }
  }
}
