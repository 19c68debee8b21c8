/** An append time is ignored when its request took longer. */
const maxTransitMs = 500
/** A smaller difference from the broker's clock is not corrected. */
const toleranceMs = 1000

/**
 * The broker's time of day, epoch ms: gaps and leases use it, and other instances compare it. It runs evenly when the machine's
 * clock jumps. Append times correct it, also after the machine slept.
 */
export class SteadyClock {
  readonly #monotonicMs: () => number
  #offsetMs: number
  /** The offset until the last correction. */
  #before = { untilMs: -Infinity, offsetMs: 0 }
  #hasWritten = false

  /** `wallMs`: epoch ms. `monotonicMs`: monotonic ms. */
  constructor(wallMs: () => number, monotonicMs: () => number) {
    this.#monotonicMs = monotonicMs
    this.#offsetMs = wallMs() - monotonicMs()
  }

  readonly nowMs = (): number => this.at(this.#monotonicMs())

  /** The time of day, epoch ms, at a monotonic time. */
  at(monotonicMs: number): number {
    // A forward correction means that the machine slept, so earlier readings were right; a backward one that they never were.
    const { untilMs, offsetMs } = this.#before
    const wasRight = monotonicMs < untilMs && offsetMs < this.#offsetMs
    return Math.round(monotonicMs + (wasRight ? offsetMs : this.#offsetMs))
  }

  /** The time of day, epoch ms, at the earliest of the given monotonic times; undefined without any. */
  earliest(...monotonicMs: (number | undefined)[]): number | undefined {
    const given = monotonicMs.filter((ms) => ms !== undefined)
    return given.length === 0 ? undefined : this.at(Math.min(...given))
  }

  /** The broker appended a record at `appendMs`, epoch ms. Its request took `transitMs`. */
  onAppended(appendMs: number, transitMs: number): void {
    if (transitMs > maxTransitMs) return
    this.#hasWritten = true
    this.#correct(appendMs)
  }

  /** A record that was read now has the append time `appendMs`. It may be old, so it counts only before the first own write. */
  onRead(appendMs: number): void {
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
