import { LRUCache } from 'lru-cache'

/** At most so many of the oldest keys are considered for eviction. */
const maxPassed = 100

/**
 * Values by key, in the order in which the keys were last set; at most `max`: beyond, the oldest are forgotten. Not a `Map`, whose
 * first key takes longer to find the more keys were deleted before it.
 */
export class Recent<Value extends object | number | string | true> {
  readonly #values: LRUCache<string, Value>

  constructor(max = Number.MAX_SAFE_INTEGER) {
    // By `max` alone, the whole bound would be allocated at once.
    this.#values = new LRUCache({ maxSize: max, sizeCalculation: () => 1 })
  }

  get size(): number {
    return this.#values.size
  }

  has(key: string): boolean {
    return this.#values.has(key)
  }

  get(key: string): Value | undefined {
    return this.#values.peek(key)
  }

  /** The newest first. */
  values(): Iterable<Value> {
    return this.#values.values()
  }

  /** Also makes the key the newest. */
  set(key: string, value: Value): void {
    this.#values.set(key, value)
  }

  delete(key: string): void {
    this.#values.delete(key)
  }

  /** Deletes the oldest key and returns its value. */
  takeOldest(): Value | undefined {
    return this.#values.pop()
  }

  /** Deletes the oldest key that is not to be kept, and returns its value. Where a hundred are to be kept, the oldest. */
  takeOldestBut(isKept: (key: string) => boolean): Value | undefined {
    const key = this.#values
      .rkeys()
      .take(maxPassed)
      .find((each) => !isKept(each))
    if (key === undefined) return this.takeOldest()
    const value = this.get(key)
    this.delete(key)
    return value
  }
}
