import { z } from 'zod'
import { count } from '@chat-battle/contracts/primitives'
import type { ChatMessage } from '@chat-battle/contracts/records/chat-event'
import { seriesLength, seriesStepMs } from '@chat-battle/contracts/window'
import { Aggregate } from './aggregate.ts'

/** The steps with messages: most windows of a quiet channel have few. */
const saved = z.array(z.tuple([count.max(seriesLength - 1), count]))

export class Series extends Aggregate {
  readonly #counts = new Array<number>(seriesLength).fill(0)

  override countMessage(_message: ChatMessage, sinceStartMs: number): void {
    const step = Math.floor(sinceStartMs / seriesStepMs)
    this.#counts[step] = (this.#counts[step] ?? 0) + 1
  }

  figures() {
    return { series: { step_ms: seriesStepMs, counts: this.#counts } }
  }

  override save(): z.infer<typeof saved> {
    const steps: [number, number][] = []
    for (let step = 0; step < seriesLength; step++) {
      const messages = this.#counts[step] ?? 0
      if (messages > 0) steps.push([step, messages])
    }
    return steps
  }

  override restore(stored: unknown): void {
    for (const [step, messages] of saved.parse(stored)) this.#counts[step] = messages
  }
}
