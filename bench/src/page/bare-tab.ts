import { once } from 'node:events'
import { WebSocket } from 'ws'

interface Answer {
  id?: number
  result?: unknown
  error?: { message: string }
}

/**
 * A tab of a Chromium that listens at a debugging port, by the DevTools protocol alone. Playwright listens to the network of its pages:
 * each frame of a socket passes through its process, and a command waits behind thousands of frames per second.
 */
export class BareTab {
  readonly #socket: WebSocket
  readonly #waiting = new Map<number, PromiseWithResolvers<unknown>>()
  #asked = 0

  private constructor(socket: WebSocket) {
    this.#socket = socket
    socket.on('message', (data: Buffer) => this.#take(JSON.parse(data.toString()) as Answer))
    socket.on('close', () => {
      for (const { reject } of this.#waiting.values()) reject(new Error('the tab is closed'))
    })
  }

  static async open(port: number, url: string, size: { width: number; height: number }): Promise<BareTab> {
    const answer = await fetch(`http://127.0.0.1:${port}/json/new`, { method: 'PUT' })
    const { webSocketDebuggerUrl } = (await answer.json()) as { webSocketDebuggerUrl: string }
    const socket = new WebSocket(webSocketDebuggerUrl)
    await once(socket, 'open')
    const tab = new BareTab(socket)
    await tab.send('Emulation.setDeviceMetricsOverride', { ...size, deviceScaleFactor: 1, mobile: false })
    await tab.send('Page.navigate', { url })
    return tab
  }

  /** A command and its result, as the protocol has them. Rejects where it is refused, or the tab is closed. */
  send(method: string, params: object = {}): Promise<unknown> {
    const id = ++this.#asked
    const answer = Promise.withResolvers<unknown>()
    this.#waiting.set(id, answer)
    this.#socket.send(JSON.stringify({ id, method, params }))
    return answer.promise
  }

  #take({ id = 0, result, error }: Answer): void {
    const answer = this.#waiting.get(id)
    this.#waiting.delete(id)
    if (error === undefined) answer?.resolve(result)
    else answer?.reject(new Error(error.message))
  }
}
