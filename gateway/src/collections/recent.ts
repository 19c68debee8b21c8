const maxPassed = 100

/**
 * Values by key, the one that was set longest ago first; at most `max`: beyond, the oldest are forgotten. The first key of a `Map`
 * takes longer to find the more keys were deleted before it, so this keeps its place.
 */
export class Recent<Value> {
  readonly #max: number
  readonly #values = new Map<string, Value>()
  /** Behind `#oldest`: every key before it was deleted, or set again and has moved to the end. */
  #rest = this.#values.keys()
  #oldest: string | undefined

  constructor(max = Infinity) {
    this.#max = max
  }

  get size(): number {
    return this.#values.size
  }

  /** The key that was set longest ago. */
  get oldest(): string | undefined {
    if (this.#oldest === undefined && this.#values.size > 0) this.#oldest = this.#next()
    return this.#oldest
  }

  values(): Iterable<Value> {
    return this.#values.values()
  }

  has(key: string): boolean {
    return this.#values.has(key)
  }

  get(key: string): Value | undefined {
    return this.#values.get(key)
  }

  /** Also makes the key the newest. */
  set(key: string, value: Value): void {
    this.delete(key)
    this.#values.set(key, value)
    if (this.size > this.#max && this.oldest !== undefined) this.delete(this.oldest)
  }

  delete(key: string): void {
    if (key === this.#oldest) this.#oldest = undefined
    this.#values.delete(key)
  }

  /**
   * The oldest key that is not to be kept. Keys to be kept become the newest, at most a hundred of them: otherwise those that are
   * never set again would be passed each time. Where all of these are to be kept, the oldest.
   */
  oldestBut(isKept: (key: string) => boolean): string | undefined {
    const first = this.oldest
    for (let passed = 0; passed < maxPassed; passed++) {
      const { oldest } = this
      const value = oldest === undefined ? undefined : this.#values.get(oldest)
      if (oldest === undefined || value === undefined || !isKept(oldest)) return oldest
      this.set(oldest, value)
    }
    return first
  }

  #next(): string | undefined {
    const { value, done } = this.#rest.next()
    if (done !== true) return value
    // An iterator that has come to the end stays there.
    this.#rest = this.#values.keys()
    return this.#rest.next().value
  }
}
