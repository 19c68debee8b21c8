/** Where a replay is: it moves with `speed` while it runs. Positions are epoch ms of channel time, `nowMs` is monotonic. */
export class ReplayClock {
  #atMs: number
  #sinceMs: number
  #speed: number
  #isRunning = true

  constructor(atMs: number, speed: number, nowMs: number) {
    this.#atMs = atMs
    this.#sinceMs = nowMs
    this.#speed = speed
  }

  get isRunning(): boolean {
    return this.#isRunning
  }

  at(nowMs: number): number {
    return this.#isRunning ? Math.floor(this.#atMs + (nowMs - this.#sinceMs) * this.#speed) : this.#atMs
  }

  /** Goes on from a position. */
  set(atMs: number, nowMs: number): void {
    this.#atMs = atMs
    this.#sinceMs = nowMs
  }

  setSpeed(speed: number, nowMs: number): void {
    this.set(this.at(nowMs), nowMs)
    this.#speed = speed
  }

  setRunning(isRunning: boolean, nowMs: number): void {
    this.set(this.at(nowMs), nowMs)
    this.#isRunning = isRunning
  }
}
