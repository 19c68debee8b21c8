/** The newest values by key, at most `max`: beyond, the oldest keys are forgotten. */
export class Recent<Value> {
  readonly #max: number
  readonly #values = new Map<string, Value>()

  constructor(max: number) {
    this.#max = max
  }

  has(key: string): boolean {
    return this.#values.has(key)
  }

  get(key: string): Value | undefined {
    return this.#values.get(key)
  }

  /** Also makes the key the newest. */
  set(key: string, value: Value): void {
    this.#values.delete(key)
    this.#values.set(key, value)
    const [oldest] = this.#values.keys()
    if (this.#values.size > this.#max && oldest !== undefined) this.#values.delete(oldest)
  }
}
