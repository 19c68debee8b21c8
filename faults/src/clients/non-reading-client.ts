import { WebSocket } from 'ws'

/** Short enough for Engine.IO to keep the connection, and for this client to notice soon that it was cut off. */
const pongEveryMs = 1000
const returnAfterMs = 500

/**
 * A client that subscribes and then never reads. It sends Engine.IO's pong without waiting for a ping: a client that did not
 * would be disconnected after 20 s. It reconnects when it is cut off.
 */
export class NonReadingClient implements Disposable {
  timesCutOff = 0
  #socket: WebSocket | undefined
  #isDisposed = false
  readonly #url: string
  readonly #channels: readonly string[]
  readonly #pongs: NodeJS.Timeout

  constructor(url: string, channels: readonly string[]) {
    this.#url = `${url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`
    this.#channels = channels
    this.#pongs = setInterval(() => {
      if (this.#socket?.readyState === WebSocket.OPEN && this.#socket.isPaused) this.#socket.send('3')
    }, pongEveryMs)
    this.#connect()
  }

  #connect(): void {
    if (this.#isDisposed) return
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
    // A paused socket notices its end only when a write fails.
    socket.on('error', () => socket.terminate())
    socket.on('close', () => {
      if (!this.#isDisposed) this.timesCutOff++
      setTimeout(() => this.#connect(), returnAfterMs).unref()
    })
  }

  [Symbol.dispose](): void {
    this.#isDisposed = true
    clearInterval(this.#pongs)
    this.#socket?.terminate()
  }
}
