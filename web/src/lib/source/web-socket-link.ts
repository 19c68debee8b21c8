import { protocolVersion } from '@chat-battle/contracts/version'
import { answerWithinMs, type LiveRequest, type OnAnswer } from './live-events.ts'

const connectWithinMs = 5000

interface LinkListeners {
  onConnected: () => void
  /** By event; others are ignored. */
  decoders: ReadonlyMap<string, (payload: unknown) => void>
  /** The gateway refused the connection, which ends. */
  onRefused: (refusal: { data?: unknown }) => void
  /** Called once, unless `close` was called. `isByServer`: the gateway ended the connection on purpose. */
  onEnded: (how: { wasConnected: boolean; isByServer: boolean }) => void
}

/**
 * One WebSocket in the protocol of Socket.IO: the packets of Engine.IO 4 (`open`, `close`, `ping`, `pong`, `message`), and in messages
 * those of Socket.IO 5 (`CONNECT`, `DISCONNECT`, `EVENT`, `ACK`, `CONNECT_ERROR`); socket.io/docs/v4/socket-io-protocol.
 */
export class WebSocketLink {
  readonly #listeners: LinkListeners
  readonly #socket: WebSocket
  readonly #answers = new Map<number, OnAnswer>()
  #requests = 0
  #isConnected = false
  #isByServer = false
  #silentForMs = connectWithinMs
  #silence: ReturnType<typeof setTimeout> | undefined

  constructor(origin: string, listeners: LinkListeners) {
    this.#listeners = listeners
    this.#socket = new WebSocket(`${origin.replace(/^http/, 'ws')}/socket.io/?EIO=4&transport=websocket`)
    this.#socket.onmessage = ({ data }) => this.#onPacket(String(data))
    this.#socket.onclose = () => this.#end()
    this.#listen()
  }

  send(event: LiveRequest, name: string, answered: OnAnswer): void {
    if (!this.#isConnected) return
    const id = this.#requests++
    const timer = setTimeout(() => this.#answers.delete(id) && answered(undefined), answerWithinMs)
    this.#answers.set(id, (answer) => {
      clearTimeout(timer)
      answered(answer)
    })
    this.#socket.send(`42${id}${JSON.stringify([event, name])}`)
  }

  close(): void {
    clearTimeout(this.#silence)
    this.#isConnected = false
    this.#answers.clear()
    this.#socket.onmessage = this.#socket.onclose = null
    this.#socket.close()
  }

  /** A WebSocket that hangs does not report that: the gateway's pings stop. */
  #listen(): void {
    clearTimeout(this.#silence)
    this.#silence = setTimeout(() => this.#end(), this.#silentForMs)
  }

  #end(): void {
    const wasConnected = this.#isConnected
    this.close()
    this.#listeners.onEnded({ wasConnected, isByServer: this.#isByServer })
  }

  #onPacket(packet: string): void {
    const body = packet.slice(1)
    if (packet[0] === '0') {
      const { pingInterval, pingTimeout } = JSON.parse(body) as Record<string, number>
      this.#silentForMs = (pingInterval ?? connectWithinMs) + (pingTimeout ?? connectWithinMs)
      this.#socket.send(`40${JSON.stringify({ protocol: protocolVersion })}`)
    } else if (packet[0] === '2') {
      this.#socket.send('3')
      this.#listen()
    } else if (packet[0] === '4') this.#onMessage(body)
    else if (packet[0] === '1') this.#end()
  }

  #onMessage(message: string): void {
    const [, kind, id = '', json = ''] = /^(\d)(\d*)(.*)$/s.exec(message) ?? []
    if (kind === '0') {
      this.#isConnected = true
      this.#listen()
      this.#listeners.onConnected()
    } else if (kind === '1') {
      this.#isByServer = true
      this.#end()
    } else if (kind === '2') {
      const [event, payload] = JSON.parse(json) as [string, unknown]
      this.#listeners.decoders.get(event)?.(payload)
    } else if (kind === '3') {
      const [answer] = JSON.parse(json) as unknown[]
      this.#answers.get(Number(id))?.(answer)
      this.#answers.delete(Number(id))
    } else if (kind === '4') {
      this.#listeners.onRefused(JSON.parse(json) as { data?: unknown })
      this.#end()
    }
  }
}
