const tickMs = 250
/** A state comes once per second; without one the position stands still after this time. */
const maxAheadMs = 1500

/** The time of a replay's page: where the replay is, moved on between its states. Times are epoch ms of channel time. */
export class PlaybackClock {
  nowMs = $state(0)
  /** A replay's frames have no age. */
  readonly browserMs = 0
  readonly #to: number
  readonly #monotonicNow: () => number
  #atMs: number
  #sinceMs = 0
  /** 0: it stands still. */
  #speed = 0

  constructor(atMs: number, to: number, monotonicNow: () => number = () => performance.now()) {
    this.#atMs = atMs
    this.#to = to
    this.#monotonicNow = monotonicNow
    this.nowMs = atMs
  }

  /** A replay teaches nothing about the clocks of now. */
  learn(): void {}

  /** The replay is at `atMs` and moves with `speed`, 0 for not at all. */
  set(atMs: number, speed: number): void {
    const wasAheadMs = this.nowMs - atMs
    this.#atMs = atMs
    this.#sinceMs = this.#monotonicNow()
    this.#speed = speed
    // It was moved on a little too far: it waits, instead of stepping back.
    if (speed > 0 && wasAheadMs > 0 && wasAheadMs <= maxAheadMs * speed) return
    this.nowMs = atMs
  }

  /** Jumps, also back. */
  jump(atMs: number): void {
    this.nowMs = atMs
    this.set(atMs, 0)
  }

  tick(): void {
    if (this.#speed === 0) return
    const elapsedMs = Math.min(this.#monotonicNow() - this.#sinceMs, maxAheadMs)
    this.nowMs = Math.max(
      this.nowMs,
      Math.min(this.#to - 1, Math.floor(this.#atMs + elapsedMs * this.#speed)),
    )
  }

  /** Starts the ticks; returns what stops them. */
  start(): () => void {
    const timer = setInterval(() => this.tick(), tickMs)
    return () => clearInterval(timer)
  }
}
