/** An append time that was so long under way tells nothing. */
const maxTransitMs = 500
/** How far this clock may be off before it is put right. */
const toleranceMs = 1000

/**
 * The time of day, epoch ms, as the broker has it: gaps and leases are told by it, and other instances read them. It goes on
 * evenly, whatever becomes of the machine's clock.
 */
export class SteadyClock {
  readonly #monotonicMs: () => number
  #offsetMs: number

  constructor(wallMs: () => number, monotonicMs: () => number) {
    this.#monotonicMs = monotonicMs
    this.#offsetMs = wallMs() - monotonicMs()
  }

  readonly nowMs = (): number => this.at(this.#monotonicMs())

  /** The time of day, epoch ms, at a moment by the monotonic clock. */
  at(monotonicMs: number): number {
    return Math.round(monotonicMs + this.#offsetMs)
  }

  /** The broker has appended at `appendMs` (epoch ms) what was sent to it `transitMs` ago. */
  hearAppend(appendMs: number, transitMs: number): void {
    const offsetMs = appendMs - this.#monotonicMs()
    if (transitMs > maxTransitMs || Math.abs(offsetMs - this.#offsetMs) < toleranceMs) return
    this.#offsetMs = offsetMs
  }
}
