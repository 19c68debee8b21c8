import type { connectLive } from './live-connection.ts'
import {
  decodersOf,
  failuresBeforePolling,
  isOutdated,
  requestsBy,
  returnWithinMs,
  type LiveConnection,
  type LiveListeners,
} from './live-events.ts'
import { WebSocketLink } from './web-socket-link.ts'

/** As Socket.IO does, see `reconnection`. */
const firstRetryWithinMs = 2000
const maxRetryMs = 5000

interface Options {
  /** Of the gateway. Default: the page's own. */
  origin?: string
  /** Loads what connects by Socket.IO. */
  load?: () => Promise<{ connectLive: typeof connectLive }>
  /** Whether the page's server answers. A browser may remember that a script could not be loaded, so none is requested before. */
  isServed?: () => Promise<boolean>
}

/**
 * Connects to the gateway by a WebSocket, without the client of Socket.IO, which is an eighth of a page's scripts. It is loaded and
 * takes over where no WebSocket opens although the page's server answers: it tries long polling as well.
 */
export function connectByWebSocket(listeners: LiveListeners, options: Options = {}): LiveConnection {
  const connection = new WebSocketConnection(listeners, options)
  return {
    subscribe: (...request) => connection.now.subscribe(...request),
    unsubscribe: (...request) => connection.now.unsubscribe(...request),
    subscribeChat: (...request) => connection.now.subscribeChat(...request),
    unsubscribeChat: (...request) => connection.now.unsubscribeChat(...request),
    close: () => connection.now.close(),
  }
}

class WebSocketConnection {
  /** This one, and the client of Socket.IO after it has taken over. */
  now: LiveConnection
  readonly #listeners: LiveListeners
  readonly #options: Required<Options>
  readonly #decoders: ReturnType<typeof decodersOf>
  #link: WebSocketLink | undefined
  #failures = 0
  #isClosed = false
  #retry: ReturnType<typeof setTimeout> | undefined

  constructor(listeners: LiveListeners, options: Options) {
    this.#listeners = listeners
    this.#decoders = decodersOf(listeners)
    this.#options = {
      origin: options.origin ?? location.origin,
      load: options.load ?? (() => import('./live-connection.ts')),
      isServed: options.isServed ?? isPageServed,
    }
    this.now = {
      ...requestsBy((...request) => this.#link?.send(...request)),
      close: () => this.#close(),
    }
    this.#connect()
  }

  #connect(): void {
    this.#link = new WebSocketLink(this.#options.origin, {
      decoders: this.#decoders,
      onConnected: () => {
        this.#failures = 0
        this.#listeners.onConnected()
      },
      onRefused: (refusal) => {
        if (!isOutdated(refusal)) return
        this.#close()
        this.#listeners.onOutdated?.()
      },
      onEnded: ({ wasConnected, isByServer }) => {
        if (this.#isClosed) return
        if (wasConnected) this.#connectWithin(isByServer ? returnWithinMs : firstRetryWithinMs)
        else void this.#onFailure()
      },
    })
  }

  /** Anywhere within that time: a gateway loses all its clients at once. */
  #connectWithin(ms: number): void {
    this.#retry = setTimeout(() => this.#connect(), Math.random() * ms)
  }

  async #onFailure(): Promise<void> {
    this.#failures++
    if (this.#failures >= failuresBeforePolling) this.#listeners.onDisconnected()
    const { origin, load, isServed } = this.#options
    const loaded = await isServed()
      .then((is) => (is ? load() : undefined))
      .catch(() => undefined)
    if (this.#isClosed) return
    if (loaded === undefined)
      return this.#connectWithin(Math.min(maxRetryMs, firstRetryWithinMs * this.#failures))
    this.now = loaded.connectLive(this.#listeners, origin, this.#failures)
  }

  #close(): void {
    this.#isClosed = true
    clearTimeout(this.#retry)
    this.#link?.close()
  }
}

function isPageServed(): Promise<boolean> {
  return fetch('/favicon.svg', { method: 'HEAD', cache: 'no-store' }).then(({ ok }) => ok)
}
