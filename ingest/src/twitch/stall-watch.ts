const checkEveryMs = 500
/** A pause of the process longer than this may be a stopped process or a sleeping machine. */
const stalledAfterMs = 2000

/**
 * Notices that the process did not run for a while. Lines received right after may be old: Twitch may have closed the
 * connection meanwhile. Only the PONG to a PING sent since then proves that nothing is missing.
 */
export class StallWatch {
  readonly #clock: () => number
  readonly #ping: (text: string) => void
  readonly #timer: NodeJS.Timeout
  #ranAtMs: number
  #coveredUntilMs: number | undefined
  #stalls = 0

  /** `clock`: monotonic ms. `ping` sends a PING with the text. */
  constructor(clock: () => number, ping: (text: string) => void) {
    this.#clock = clock
    this.#ping = ping
    this.#ranAtMs = clock()
    this.#timer = setInterval(() => this.check(), checkEveryMs)
  }

  /** Until when everything was certainly received, if the last line came at `receivedAtMs`. */
  coveredUntil(receivedAtMs: number): number {
    this.check()
    return Math.min(receivedAtMs, this.#coveredUntilMs ?? Infinity)
  }

  check(): void {
    const nowMs = this.#clock()
    const ranAtMs = this.#ranAtMs
    this.#ranAtMs = nowMs
    if (nowMs - ranAtMs < stalledAfterMs) return
    this.#coveredUntilMs ??= ranAtMs
    this.#ping(pingText(++this.#stalls))
  }

  onPong(text: string): void {
    if (text === pingText(this.#stalls)) this.#coveredUntilMs = undefined
  }

  /** The connection is closed, so what was missed is known. */
  reset(): void {
    this.#coveredUntilMs = undefined
  }

  stop(): void {
    clearInterval(this.#timer)
  }
}

function pingText(stall: number): string {
  return `awake again ${stall}`
}
