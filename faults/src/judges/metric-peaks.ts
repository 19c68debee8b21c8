import { setTimeout as delay } from 'node:timers/promises'
import type { Installation } from '../installation/installation.ts'

const sampleEveryMs = 1000

export interface MetricBound {
  process: string
  metric: string
  max: number
}

/** Samples metrics until disposal and compares their peaks with their bounds. */
export class MetricPeaks<Name extends string> implements Disposable {
  readonly #bounds: [Name, MetricBound][]
  readonly #peaks = new Map<string, number>()
  #isDisposed = false

  constructor(installation: Installation, bounds: Readonly<Record<Name, MetricBound>>) {
    this.#bounds = Object.entries(bounds) as [Name, MetricBound][]
    void this.#run(installation)
  }

  /** The greatest value so far; 0 before the first. */
  of(name: Name): number {
    return this.#peaks.get(name) ?? 0
  }

  /** A problem per metric that exceeded its bound or never had a value. */
  problems(): string[] {
    return this.#bounds.flatMap(([name, { max }]) => {
      const peak = this.of(name)
      if (peak === 0) return [`${name}: no value`]
      return peak > max ? [`${name}: ${peak}, allowed: ${max}`] : []
    })
  }

  [Symbol.dispose](): void {
    this.#isDisposed = true
  }

  async #run(installation: Installation): Promise<void> {
    while (!this.#isDisposed) {
      for (const [name, { process, metric }] of this.#bounds) {
        // A busy process may not answer this time.
        const value = await installation.metric(process, metric).catch(() => 0)
        this.#peaks.set(name, Math.max(value, this.of(name)))
      }
      await delay(sampleEveryMs)
    }
  }
}
