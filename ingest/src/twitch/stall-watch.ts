const checkEveryMs = 500
/** A process that was not running for longer may have been stopped: its machine slept, or was moved. */
const stalledAfterMs = 2000

/**
 * Notices that the process did not run for a while. What is received right after may be old: Twitch may have cut the connection
 * long ago, with these lines on their way. Only the answer to a question asked since then proves that nothing is missing.
 */
export class StallWatch {
  readonly #clock: () => number
  readonly #ask: (text: string) => void
  readonly #timer: NodeJS.Timeout
  #ranAtMs: number
  #certainUntilMs: number | undefined
  #stalls = 0

  /** `clock`: monotonic ms. `ask` sends a PING with the text. */
  constructor(clock: () => number, ask: (text: string) => void) {
    this.#clock = clock
    this.#ask = ask
    this.#ranAtMs = clock()
    this.#timer = setInterval(() => this.check(), checkEveryMs)
  }

  /** Up to when everything was certainly received, if the last line came at `receivedAtMs`. */
  certainUntil(receivedAtMs: number): number {
    this.check()
    return Math.min(receivedAtMs, this.#certainUntilMs ?? Infinity)
  }

  check(): void {
    const nowMs = this.#clock()
    const ranAtMs = this.#ranAtMs
    this.#ranAtMs = nowMs
    if (nowMs - ranAtMs < stalledAfterMs) return
    this.#certainUntilMs ??= ranAtMs
    this.#ask(this.#question(++this.#stalls))
  }

  /** A PONG with the text was received. */
  answered(text: string): void {
    if (text === this.#question(this.#stalls)) this.#certainUntilMs = undefined
  }

  /** The connection has ended: what was missed is known. */
  forget(): void {
    this.#certainUntilMs = undefined
  }

  stop(): void {
    clearInterval(this.#timer)
  }

  #question(stall: number): string {
    return `awake again ${stall}`
  }
}
