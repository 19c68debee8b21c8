import { Client } from '@tmi.js/chat'
import type { IrcMessage } from '@tmi.js/irc-parser'
import { WebSocket, type ClientOptions } from 'ws'
import { parseLine } from './parse-line.ts'

/** Far above what Twitch sends. Kafka could refuse the record of a longer line. */
const maxLineLength = 64 * 1024
/**
 * ws destroys the socket this long after a close frame, whatever the other side does: no data follows a close frame.
 * `closeTimeout` (ms) exists since ws 8.19; the types of 8.18 lack it.
 */
const socketOptions: ClientOptions & { closeTimeout: number } = {
  closeTimeout: 100,
  perMessageDeflate: false,
}
/** RFC 6455, 7.1.5: the connection closed without a close frame. */
const abnormalClosure = 1006

export interface ClientListeners {
  onLine: (line: IrcMessage) => void
  /** A line that the parser rejects. */
  onUnparsable: (text: string, error: unknown) => void
  /** `why` is for the log. */
  onClosed: (why: string) => void
}

/**
 * One socket's life with `@tmi.js/chat` 0.4.1 (`lib/Client.ts`), from `connect` to exactly one `onClosed`. Three parts of the
 * library are replaced:
 * - its reconnecting, which opens a second socket after a missed PONG;
 * - its line handlers, whose exceptions end the process: each line is parsed on its own, so a bad line costs only itself;
 * - its socket: Node's WebSocket reports a close frame only after TCP has closed, and cannot close TCP itself.
 */
export class TwitchClient extends Client {
  readonly #url: string
  readonly #listeners: ClientListeners
  #webSocket: WebSocket | undefined
  #isOpen = false
  #isOver = false

  constructor(url: string, token: string | undefined, listeners: ClientListeners) {
    super(token === undefined ? {} : { token })
    this.#url = url
    this.#listeners = listeners
    this.on('ircMessage', (line: IrcMessage) => listeners.onLine(line))
  }

  override connect(): void {
    let webSocket: WebSocket
    try {
      webSocket = new WebSocket(this.#url, socketOptions)
    } catch (error) {
      return this.#end(`not reached: ${String(error)}`)
    }
    let problem = ''
    webSocket.on('message', (data) => this.#onFrame(String(data as Buffer)))
    webSocket.on('open', () => this.#onOpen())
    // ws emits `close` after every `error`.
    webSocket.on('error', ({ message }) => (problem = message))
    webSocket.on('close', (code, reason) => this.#end(this.#describe(code, String(reason) || problem)))
    this.#webSocket = webSocket
  }

  /** Sends a line, or closes the connection if the socket is no longer open. The library's `send` throws then. */
  override send(line: string): void {
    if (this.#canSend()) this.#webSocket?.send(line)
    else this.#end('the other side is closing')
  }

  /** Closes the connection. Calls `onClosed` at once: the other side may never answer. */
  override close(why = 'closed from here'): void {
    this.#end(why)
  }

  override reconnect(): Promise<void> {
    this.#end('reconnecting')
    return Promise.resolve()
  }

  override onIrcLine(text: string): void {
    this.onIrcMessage(parseLine(text))
  }

  override onIrcMessage(line: IrcMessage): void {
    this.emit('ircMessage', line)
    if (line.command === 'PING') this.sendIrc({ command: 'PONG', params: line.params })
  }

  #canSend(): boolean {
    return this.#webSocket?.readyState === WebSocket.OPEN
  }

  #onOpen(): void {
    this.#isOpen = true
    const isAnonymous = this.identity.isAnonymous()
    this.sendIrc({ command: 'CAP REQ', params: ['twitch.tv/commands', 'twitch.tv/tags'] })
    void this.#logIn(isAnonymous)
  }

  async #logIn(isAnonymous: boolean): Promise<void> {
    const pass = isAnonymous ? 'SCHMOOPIIE' : `oauth:${await this.identity.getToken()}`
    if (!this.#canSend()) return
    this.send(`PASS ${pass}`)
    this.send(`NICK ${isAnonymous ? `justinfan${10_000 + Math.floor(Math.random() * 90_000)}` : 'justinfan'}`)
  }

  #onFrame(frame: string): void {
    for (const text of frame.split(/\r?\n/)) {
      if (this.#isOver) return
      if (text.trim() === '') continue
      if (text.length > maxLineLength) {
        this.#listeners.onUnparsable(text, `longer than ${maxLineLength} characters`)
        continue
      }
      try {
        this.onIrcLine(text)
      } catch (error) {
        this.#listeners.onUnparsable(text, error)
      }
    }
  }

  #describe(code: number, reason: string): string {
    const what = this.#isOpen ? 'cut off' : 'not reached'
    const why = code === abnormalClosure ? what : `closed by the other side: ${code}`
    return reason === '' ? why : `${why}: ${reason}`
  }

  #end(why: string): void {
    if (this.#isOver) return
    this.#isOver = true
    const webSocket = this.#webSocket
    if (webSocket !== undefined) {
      webSocket.removeAllListeners()
      // ws emits `error` for a socket that is closed while it connects.
      webSocket.on('error', () => undefined)
      webSocket.close()
    }
    this.#listeners.onClosed(why)
  }
}
