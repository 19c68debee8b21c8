/** OPERATOR_TOKEN as a person typed it. In memory only: it is gone when the page is closed or loaded again. */
class OperatorToken {
  #value = $state.raw<string | null>(null)
  #isRefused = $state(false)

  /** Null: none was given, or the last one was refused. */
  get value(): string | null {
    return this.#value
  }

  /** Whether the installation refused the last one. */
  get isRefused(): boolean {
    return this.#isRefused
  }

  /** The headers of a request to a route for operators. */
  get headers(): Record<string, string> {
    return this.#value === null ? {} : operatorHeaders(this.#value)
  }

  /** Called in a browser only: a server renders for many people. */
  give(value: string): void {
    this.#value = value
    this.#isRefused = false
  }

  /** Forgets it. */
  forget(): void {
    this.#value = null
    this.#isRefused = false
  }

  /** A request with `value` was answered by `unauthorized`. */
  refuse(value: string): void {
    if (this.#value !== value) return
    this.#value = null
    this.#isRefused = true
  }
}

export const operatorToken = new OperatorToken()

/** The same with a token that was current when the work began. */
export function operatorHeaders(token: string): Record<string, string> {
  return { authorization: `Bearer ${token}` }
}
