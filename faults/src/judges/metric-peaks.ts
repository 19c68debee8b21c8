import { setTimeout as delay } from 'node:timers/promises'
import type { Installation } from '../installation/installation.ts'

const sampleEveryMs = 1000

interface Bounded {
  process: string
  metric: string
  most: number
}

/** Samples metrics that must stay within a limit, until it is disposed. */
export class Peaks<Name extends string> implements Disposable {
  readonly #bounds: [Name, Bounded][]
  readonly #peaks = new Map<string, number>()
  #isOver = false

  constructor(installation: Installation, bounds: Readonly<Record<Name, Bounded>>) {
    this.#bounds = Object.entries(bounds) as [Name, Bounded][]
    void this.#run(installation)
  }

  /** The greatest value that was seen; 0 before any. */
  of(name: Name): number {
    return this.#peaks.get(name) ?? 0
  }

  /** What went beyond its limit, or was never told. */
  get exceeded(): string[] {
    return this.#bounds.flatMap(([name, { most }]) => {
      const peak = this.of(name)
      if (peak === 0) return [`${name}: never told`]
      return peak > most ? [`${name}: ${peak}, beyond ${most}`] : []
    })
  }

  [Symbol.dispose](): void {
    this.#isOver = true
  }

  async #run(installation: Installation): Promise<void> {
    while (!this.#isOver) {
      for (const [name, { process, metric }] of this.#bounds) {
        // A process that does not answer is asked again.
        const value = await installation.metric(process, metric).catch(() => 0)
        this.#peaks.set(name, Math.max(value, this.of(name)))
      }
      await delay(sampleEveryMs)
    }
  }
}
