import { z } from 'zod'
import { count } from '@chat-battle/contracts/primitives'
import type { ChatMessage } from '@chat-battle/contracts/records/chat-event'
import { seriesLength, seriesStepMs } from '@chat-battle/contracts/window'
import { Aggregate } from './aggregate.ts'

/** The steps of the window with bits: most have none. */
const saved = z.array(z.tuple([count.max(seriesLength - 1), count]))

export class Bits extends Aggregate {
  /** Undefined before the first bits. */
  #byStep: Map<number, number> | undefined
  #total = 0

  override countMessage({ bits }: ChatMessage, sinceStartMs: number): void {
    if (bits === 0) return
    const step = Math.floor(sinceStartMs / seriesStepMs)
    this.#byStep ??= new Map()
    this.#byStep.set(step, (this.#byStep.get(step) ?? 0) + bits)
    this.#total += bits
  }

  /** Bits per step of the window's series, in order. */
  steps(): [step: number, bits: number][] {
    return this.#byStep === undefined ? [] : [...this.#byStep].sort(([one], [other]) => one - other)
  }

  figures() {
    return { bits: this.#total }
  }

  override save(): z.infer<typeof saved> | null {
    return this.#byStep === undefined ? null : this.steps()
  }

  override restore(stored: unknown): void {
    const steps = saved.parse(stored)
    this.#byStep = new Map(steps)
    this.#total = steps.reduce((sum, [, bits]) => sum + bits, 0)
  }
}
