import { CallFailed } from '@chat-battle/contracts/rest/call-route'
import type { RequestError } from '@chat-battle/contracts/rest/errors'
import { follow } from '../../source/follow.ts'

/** Why there is no answer: an error of the API, or null: the server did not answer. */
export interface PartProblem {
  readonly error: RequestError | null
}

export interface PartOptions<T> {
  fetch: () => Promise<T>
  everyMs: (answer: T | null) => number
  /** The token was refused. */
  onUnauthorized: () => void
}

const afterFailureMs = 5000

/** A part of the operator's room: read again and again. Where that fails, its last answer stays. */
export class Part<T> {
  answer = $state.raw<T | null>(null)
  /** When it came, epoch ms of the browser. */
  answeredAt = $state(0)
  /** Null: the last request was answered. */
  problem = $state.raw<PartProblem | null>(null)
  readonly #options: PartOptions<T>

  constructor(options: PartOptions<T>) {
    this.#options = options
  }

  /** Reads until the returned function is called; not while the page is hidden. */
  start(isHidden?: () => boolean): () => void {
    return follow({
      fetch: this.#options.fetch,
      onAnswer: (answer, error) => this.#take(answer, error),
      everyMs: () => this.#options.everyMs(this.answer),
      afterFailureMs,
      isHidden,
    })
  }

  /** Reads once more. */
  async read(): Promise<void> {
    await this.#options.fetch().then(
      (answer) => this.#take(answer, undefined),
      (error: unknown) => this.#take(null, error),
    )
  }

  #take(answer: T | null, error: unknown): void {
    if (answer !== null) {
      this.answer = answer
      this.answeredAt = Date.now()
      this.problem = null
      return
    }
    const refusal = error instanceof CallFailed ? (error.error ?? null) : null
    this.problem = { error: refusal }
    if (refusal?.kind === 'unauthorized') this.#options.onUnauthorized()
  }
}
