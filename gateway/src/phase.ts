export type PhaseName = 'starting' | 'serving' | 'stopping'

/** A gateway serves once it has read its topics to their end, until it stops. */
export class Phase {
  #name: PhaseName = 'starting'

  get name(): PhaseName {
    return this.#name
  }

  get isServing(): boolean {
    return this.#name === 'serving'
  }

  /** False if the gateway is already stopping. */
  serve(): boolean {
    if (this.#name !== 'starting') return false
    this.#name = 'serving'
    return true
  }

  stop(): void {
    this.#name = 'stopping'
  }
}
