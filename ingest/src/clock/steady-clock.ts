/** An append time that was so long under way tells nothing. */
const maxTransitMs = 500
/** How far this clock may be off before it is put right. */
const toleranceMs = 1000

/**
 * The time of day, epoch ms, as the broker has it: gaps and leases are told by it, and other instances read them. It goes on
 * evenly when the machine's clock is moved, and is put right by append times, also after the machine was asleep.
 */
export class SteadyClock {
  readonly #monotonicMs: () => number
  #offsetMs: number
  /** What was taken for right before the last correction. */
  #before = { untilMs: -Infinity, offsetMs: 0 }
  #hasWritten = false

  constructor(wallMs: () => number, monotonicMs: () => number) {
    this.#monotonicMs = monotonicMs
    this.#offsetMs = wallMs() - monotonicMs()
  }

  readonly nowMs = (): number => this.at(this.#monotonicMs())

  /** The time of day, epoch ms, at a moment by the monotonic clock. */
  at(monotonicMs: number): number {
    // Put forward, it stood still while the machine slept, and was right before; put back, it never was.
    const { untilMs, offsetMs } = this.#before
    const wasRight = monotonicMs < untilMs && offsetMs < this.#offsetMs
    return Math.round(monotonicMs + (wasRight ? offsetMs : this.#offsetMs))
  }

  /** The broker has appended at `appendMs` (epoch ms) what was sent to it `transitMs` ago. */
  hearAppend(appendMs: number, transitMs: number): void {
    if (transitMs > maxTransitMs) return
    this.#hasWritten = true
    this.#correct(appendMs)
  }

  /** What was read just now was appended at `appendMs`. Believed until something was written: it may have been under way. */
  hearRead(appendMs: number): void {
    if (!this.#hasWritten) this.#correct(appendMs)
  }

  #correct(appendMs: number): void {
    const nowMs = this.#monotonicMs()
    const offsetMs = appendMs - nowMs
    if (Math.abs(offsetMs - this.#offsetMs) < toleranceMs) return
    this.#before = { untilMs: nowMs, offsetMs: this.#offsetMs }
    this.#offsetMs = offsetMs
  }
}
