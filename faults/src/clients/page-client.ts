import type { ChannelStats } from '@chat-battle/contracts/records/channel-stats'
import { isNewerFrame } from '@chat-battle/contracts/records/newer-frame'
// Loaded before: each browser loads it by itself.
import * as bySocketIo from '@chat-battle/web/src/lib/source/live-connection'
import type { LiveConnection } from '@chat-battle/web/src/lib/source/live-events'
import { mergeFrame, type Frames } from '@chat-battle/web/src/lib/source/merge-frame'
import { connectByWebSocket } from '@chat-battle/web/src/lib/source/web-socket-connection'

/** The page without a browser: it connects, reconnects and merges frames by the page's own code. */
export class PageClient implements Disposable {
  readonly login: string
  /** When it connected, each time, monotonic ms. */
  readonly connectedAtMs: number[] = []
  /** How many frames came after a newer one. Final frames do not count: they come when their window closes. */
  wentBack = 0
  #frames: Frames = { current: null, previous: null }
  readonly #connection: LiveConnection

  constructor(origin: string, login: string) {
    this.login = login
    this.#connection = connectByWebSocket(
      {
        onConnected: () => {
          this.connectedAtMs.push(performance.now())
          this.#connection.subscribe(login, (answer) => {
            if (answer?.ok === true && answer.stats !== null) this.#take(answer.stats)
          })
        },
        onDisconnected: () => undefined,
        onStats: (stats) => this.#take(stats),
        onStatus: () => undefined,
      },
      { origin, isServed: () => Promise.resolve(true), load: () => Promise.resolve(bySocketIo) },
    )
  }

  get shown(): ChannelStats | null {
    return this.#frames.current
  }

  [Symbol.dispose](): void {
    this.#connection.close()
  }

  #take(stats: ChannelStats): void {
    const { shown } = this
    if (shown !== null && !stats.final && isNewerFrame(shown, stats)) this.wentBack++
    this.#frames = mergeFrame(this.#frames, stats)
  }
}
