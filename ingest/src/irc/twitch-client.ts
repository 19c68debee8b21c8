import { Client } from '@tmi.js/chat'
import type { IrcMessage } from '@tmi.js/irc-parser'
import { parseLine } from './parse-line.ts'

/** Far above what Twitch sends. A record of a longer line could be one that Kafka refuses. */
const maxLineLength = 64 * 1024

export interface ClientListeners {
  onLine: (line: IrcMessage) => void
  /** A line that the parser gave up on. */
  onUnparsable: (text: string, error: unknown) => void
  /** `why` is for the log. */
  onClosed: (why: string) => void
}

/**
 * One connection's life with `@tmi.js/chat`, from `connect` to `onClosed`, which comes once. Its own reconnecting is
 * switched off: it opens a second socket after a missed PONG. So are its line handlers, whose exceptions would end the
 * process: lines are taken from its `ircMessage` event, each on its own, so that a bad one costs only itself.
 */
export class TwitchClient extends Client {
  readonly #url: string
  readonly #listeners: ClientListeners
  #isOpen = false
  #isOver = false

  constructor(url: string, token: string | undefined, listeners: ClientListeners) {
    super(token === undefined ? {} : { token })
    this.#url = url
    this.#listeners = listeners
    this.on('ircMessage', (line: IrcMessage) => listeners.onLine(line))
  }

  override connect(): void {
    const socket = new WebSocket(this.#url)
    this.socket = socket
    socket.onmessage = ({ data }) => this.#onFrame(String(data))
    socket.onclose = ({ code, reason }) => this.#end(`closed by the other side: ${code} ${reason}`.trimEnd())
    socket.onerror = (event) => this.#end(messageOf(event) ?? (this.#isOpen ? 'cut off' : 'not reached'))
    socket.onopen = () => this.#onOpen()
  }

  /** Ends the connection; `onClosed` is called at once, not when the other side has answered: it may be gone. */
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

  #onOpen(): void {
    this.#isOpen = true
    const isAnonymous = this.identity.isAnonymous()
    this.sendIrc({ command: 'CAP REQ', params: ['twitch.tv/commands', 'twitch.tv/tags'] })
    void this.#logIn(isAnonymous)
  }

  async #logIn(isAnonymous: boolean): Promise<void> {
    const pass = isAnonymous ? 'SCHMOOPIIE' : `oauth:${await this.identity.getToken()}`
    if (!this.isConnected()) return
    this.send(`PASS ${pass}`)
    this.send(`NICK ${isAnonymous ? `justinfan${10_000 + Math.floor(Math.random() * 90_000)}` : 'justinfan'}`)
  }

  #onFrame(frame: string): void {
    for (const text of frame.split(/\r?\n/)) {
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

  #end(why: string): void {
    if (this.#isOver) return
    this.#isOver = true
    const { socket } = this
    if (socket !== undefined) {
      socket.onmessage = socket.onopen = socket.onclose = null
      socket.onerror = () => undefined
      socket.close()
    }
    this.#listeners.onClosed(why)
  }
}

/** What Node tells of a socket's failure. */
function messageOf(event: Event): string | undefined {
  const told = 'message' in event ? event.message : undefined
  return typeof told === 'string' && told !== '' ? told : undefined
}
