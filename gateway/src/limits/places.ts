/** A number of places for work that runs at the same time, in total and per owner. */
export class Places {
  readonly #max: number
  readonly #maxPerOwner: number
  readonly #taken = new Map<string, number>()
  #total = 0

  constructor(max: number, maxPerOwner = max) {
    this.#max = max
    this.#maxPerOwner = maxPerOwner
  }

  get taken(): number {
    return this.#total
  }

  /** Returns the function that gives the place back; undefined: every place is taken. */
  take(owner = ''): (() => void) | undefined {
    const own = this.#taken.get(owner) ?? 0
    if (this.#total >= this.#max || own >= this.#maxPerOwner) return undefined
    this.#total++
    this.#taken.set(owner, own + 1)
    let isReleased = false
    return () => {
      if (isReleased) return
      isReleased = true
      this.#total--
      const left = (this.#taken.get(owner) ?? 1) - 1
      if (left > 0) this.#taken.set(owner, left)
      else this.#taken.delete(owner)
    }
  }
}
