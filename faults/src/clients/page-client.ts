import type { ChannelStats } from '@chat-battle/contracts/records/channel-stats'
import { connectLive, type LiveConnection } from '@chat-battle/web/src/lib/source/live-connection'
import { mergeFrame, type Frames } from '@chat-battle/web/src/lib/source/merge-frame'

/** A page without a browser: it connects, comes back, and takes frames in by the page's own code. */
export class PageClient implements Disposable {
  readonly login: string
  /** When it was connected, each time, by `performance.now()`. */
  readonly connectedAtMs: number[] = []
  /** Frames that came after a newer one; closed windows, which come when they close, do not count. */
  wentBack = 0
  #frames: Frames = { current: null, previous: null }
  readonly #connection: LiveConnection

  constructor(url: string, login: string) {
    this.login = login
    this.#connection = connectLive(
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
      url,
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
    if (shown !== null && !stats.final && isOlder(stats, shown)) this.wentBack++
    this.#frames = mergeFrame(this.#frames, stats)
  }
}

function isOlder(stats: ChannelStats, than: ChannelStats): boolean {
  return stats.window_start === than.window_start
    ? stats.revision < than.revision
    : stats.window_start < than.window_start
}
