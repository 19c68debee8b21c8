import type { Duplex } from 'node:stream'
import type { WebSocket } from 'ws'
import type { Session } from './protocol.ts'

const keptLines = 1000
/** A close frame of the code 1001, going away (RFC 6455, 5.5.1). */
const closeFrame = Buffer.from([0x88, 0x02, 0x03, 0xe9])

export interface TwitchConnection {
  readonly id: number
  readonly joined: ReadonlySet<string>
  /** The lines received. */
  readonly lines: readonly string[]
  /** Bytes not yet taken by the client. */
  readonly bufferedBytes: number
  /** Cuts the connection without a goodbye. */
  drop(): void
  /** Sends a close frame and leaves TCP open, for as long as the client does. */
  sendCloseFrame(): void
  /** Makes it half-open: it stays, and nothing comes from it any more. */
  freeze(): void
  thaw(): void
  send(frame: string): void
}

export interface Connection extends TwitchConnection {
  readonly session: Session
  onLine(listener: (line: string) => void): void
}

/** `onGone` is called when the client has ended TCP. */
export function createConnection(
  id: number,
  webSocket: WebSocket,
  socket: Duplex,
  session: Session,
  onGone: () => void,
): Connection {
  const lines: string[] = []
  let isFrozen = false
  let listener: (line: string) => void = () => undefined
  webSocket.on('close', onGone)
  webSocket.on('message', (data) => {
    for (const line of String(data as Buffer).split('\r\n')) {
      if (line === '' || isFrozen) continue
      lines.push(line)
      if (lines.length > keptLines) lines.shift()
      listener(line)
    }
  })
  return {
    id,
    session,
    joined: session.joined,
    lines,
    get bufferedBytes() {
      return webSocket.bufferedAmount
    },
    drop: () => webSocket.terminate(),
    sendCloseFrame() {
      isFrozen = true
      session.joined.clear()
      // Past ws, which would end TCP when the client answers, with a close frame of its own or by ending its side.
      socket.removeAllListeners('data').removeAllListeners('end').once('end', onGone).resume()
      socket.write(closeFrame)
    },
    freeze: () => {
      isFrozen = true
    },
    thaw: () => {
      isFrozen = false
    },
    send(frame) {
      if (!isFrozen && webSocket.readyState === webSocket.OPEN) webSocket.send(frame)
    },
    onLine(given) {
      listener = given
    },
  }
}
