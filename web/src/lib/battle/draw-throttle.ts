/** The pace of the gateway's frames for a busy channel. Four channels share it here, so that one drawing shows them all. */
const drawEveryMs = 100

/** Draws at once after a pause, and else at most ten times per second or as given, always ending with the newest state. */
export class DrawThrottle {
  readonly #draw: () => void
  readonly #everyMs: number
  #drawnAtMs = -Infinity
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(draw: () => void, everyMs = drawEveryMs) {
    this.#draw = draw
    this.#everyMs = everyMs
  }

  request(): void {
    if (this.#timer !== undefined) return
    const waitMs = this.#drawnAtMs + this.#everyMs - performance.now()
    if (waitMs <= 0) this.#drawNow()
    else this.#timer = setTimeout(() => this.#drawNow(), waitMs)
  }

  stop(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
  }

  #drawNow(): void {
    this.stop()
    this.#drawnAtMs = performance.now()
    this.#draw()
  }
}
