import { ServerClock } from './server-clock.ts'

const tickMs = 1000

/** The two clocks of the page, read once per second. Both are 0 until the page runs in a browser. */
export class PageClock {
  /** The servers' time, epoch ms: the page draws by it. */
  nowMs = $state(0)
  /** The browser's own time, epoch ms: the age of a frame is measured by it. */
  browserMs = $state(0)
  readonly #server = new ServerClock()

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
