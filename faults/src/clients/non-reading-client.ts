import { WebSocket } from 'ws'

/** Often enough for Engine.IO to take it for alive, and to notice soon that it was cut off. */
const aliveEveryMs = 1000
const returnAfterMs = 500

/**
 * A client that subscribes and never reads again, but answers Engine.IO's question whether it is alive before it is asked:
 * one that did not would be gone after twenty seconds. Comes back when it is cut off.
 */
export class DeafClient implements Disposable {
  cutOff = 0
  #socket: WebSocket | undefined
  #isOver = false
  readonly #url: string
  readonly #channels: readonly string[]
  readonly #living: NodeJS.Timeout

  constructor(url: string, channels: readonly string[]) {
    this.#url = `${url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`
    this.#channels = channels
    this.#living = setInterval(() => {
      if (this.#socket?.readyState === WebSocket.OPEN && this.#socket.isPaused) this.#socket.send('3')
    }, aliveEveryMs)
    this.#connect()
  }

  #connect(): void {
    if (this.#isOver) return
    const socket = new WebSocket(this.#url)
    this.#socket = socket
    socket.on('open', () => socket.send('40'))
    socket.on('message', (data) => {
      if (!String(data as Buffer).startsWith('40')) return
      this.#channels.forEach((login, index) =>
        socket.send(`42${index}${JSON.stringify(['subscribe', login])}`),
      )
      socket.pause()
    })
    // One that reads nothing hears of its end only by what it can no longer write.
    socket.on('error', () => socket.terminate())
    socket.on('close', () => {
      if (!this.#isOver) this.cutOff++
      setTimeout(() => this.#connect(), returnAfterMs).unref()
    })
  }

  [Symbol.dispose](): void {
    this.#isOver = true
    clearInterval(this.#living)
    this.#socket?.terminate()
  }
}
