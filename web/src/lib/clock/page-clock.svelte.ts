import { ServerClock } from './server-clock.ts'

const tickMs = 1000

/** The two clocks of the page, read once per second. */
export class PageClock {
  /** The servers' time, epoch ms: the page draws by it. The first paint is of the time at which the server made it. */
  nowMs = $state(0)
  /** The browser's own time, epoch ms: the age of a frame is measured by it. 0 until the page runs in a browser. */
  browserMs = $state(0)
  readonly #server = new ServerClock()

  /** `paintedMs`: when the server made the page, epoch ms. */
  constructor(paintedMs = 0) {
    this.nowMs = paintedMs
  }

  /** Learns from a message that was written at `writtenAtMs` (epoch ms by the servers) and has just arrived. */
  learn(writtenAtMs: number): void {
    this.#server.learn(writtenAtMs, Date.now())
  }

  /** Starts the clocks; returns what stops them. */
  start(): () => void {
    const tick = () => {
      this.browserMs = Date.now()
      this.nowMs = this.#server.timeAt(this.browserMs)
    }
    tick()
    const timer = setInterval(tick, tickMs)
    return () => clearInterval(timer)
  }
}
