import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { WebSocketServer, type WebSocket } from 'ws'
import { answer, derivedRoomId, newSession, type Rooms, type Session } from './protocol.ts'

/** A stand-in for Twitch's chat: speaks its IRC over WebSocket, and can be made to fail like it. */
export interface TwitchServer extends AsyncDisposable {
  /** What `TWITCH_IRC_URL` is set to. */
  readonly url: string
  /** Sends a raw line, as it is, to every connection that has joined the channel; gives how many those are. */
  say(channelLogin: string, line: string): number
  /** Writes one raw frame, which may hold several lines or garbage, to every connection. */
  sendFrame(frame: string): void
  connections(): readonly TwitchConnection[]
  /** Every JOIN that was asked for, in order; `atMs` by `TwitchOptions.clock`. */
  readonly joins: readonly { atMs: number; login: string; connection: number }[]
  /** Logins whose JOIN is ignored, as of channels that do not exist. */
  readonly missing: Set<string>
  /** Logins whose JOIN is answered with a NOTICE. */
  readonly suspended: Set<string>
  /** Accepted tokens, and whose they are. */
  readonly tokens: Map<string, string>
  roomId(login: string): string
  refuseConnections: boolean
  handshakeDelayMs: number
  /** Handshakes that a client has given up before they were answered. */
  readonly handshakesGivenUp: number
}

export interface TwitchConnection {
  readonly id: number
  readonly joined: ReadonlySet<string>
  /** The lines received. */
  readonly lines: readonly string[]
  /** Bytes not yet taken by the client. */
  readonly bufferedBytes: number
  /** Cuts the connection without a goodbye. */
  drop(): void
  /** Makes it half-open: it stays, and nothing comes from it any more. */
  freeze(): void
  thaw(): void
  send(frame: string): void
}

export interface TwitchOptions {
  /** 0 or absent: a free one. */
  port?: number
  host?: string
  /** Room ids by login; those of others follow from their login. */
  channels?: Readonly<Record<string, string>>
  /** In ms; absent: a monotonic one. */
  clock?: () => number
  /** Answers what is not a WebSocket. */
  onRequest?: (request: IncomingMessage) => Promise<{ status: number; body: unknown }>
}

const keptLines = 1000

export async function startTwitch(options: TwitchOptions = {}): Promise<TwitchServer> {
  const host = options.host ?? '127.0.0.1'
  const clock = options.clock ?? (() => performance.now())
  const connections = new Map<number, TwitchConnection>()
  const joins: { atMs: number; login: string; connection: number }[] = []
  const missing = new Set<string>()
  const suspended = new Set<string>()
  const tokens = new Map<string, string>()
  const rooms: Rooms = {
    roomId: (login) => options.channels?.[login] ?? derivedRoomId(login),
    isMissing: (login) => missing.has(login),
    isSuspended: (login) => suspended.has(login),
    loginOf: (token) => tokens.get(token),
  }
  let lastId = 0
  let handshakesGivenUp = 0

  const http = createServer((request, response) => {
    const handled =
      options.onRequest?.(request) ?? Promise.resolve({ status: 426, body: 'connect by WebSocket' })
    handled.then(
      ({ status, body }) =>
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body)),
      (error: unknown) => response.writeHead(400).end(String(error)),
    )
  })
  const webSockets = new WebSocketServer({ noServer: true })
  http.on('upgrade', (request, socket, head) => {
    if (server.refuseConnections) return socket.destroy()
    const isWaitedFor = watchHandshake(socket, () => handshakesGivenUp++)
    setTimeout(() => {
      if (isWaitedFor()) webSockets.handleUpgrade(request, socket, head, (webSocket) => accept(webSocket))
    }, server.handshakeDelayMs)
  })

  const accept = (webSocket: WebSocket) => {
    const session = newSession()
    const connection = createConnection(++lastId, webSocket, session)
    connections.set(connection.id, connection)
    webSocket.on('close', () => connections.delete(connection.id))
    webSocket.on('error', () => webSocket.terminate())
    connection.onLine((line) => {
      const joining = /^JOIN (.+)$/i.exec(line)?.[1]?.split(',') ?? []
      for (const channel of joining) {
        joins.push({ atMs: clock(), login: channel.replace(/^#/, ''), connection: connection.id })
      }
      const answers = answer(line, session, rooms)
      if (answers.length > 0) connection.send(answers.join('\r\n') + '\r\n')
    })
  }

  http.listen(options.port ?? 0, host)
  await once(http, 'listening')
  const address = http.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const server: TwitchServer = {
    url: `ws://127.0.0.1:${port}`,
    say(login, line) {
      const listening = [...connections.values()].filter(({ joined }) => joined.has(login))
      for (const connection of listening) connection.send(line + '\r\n')
      return listening.length
    },
    sendFrame(frame) {
      for (const connection of connections.values()) connection.send(frame)
    },
    connections: () => [...connections.values()],
    joins,
    missing,
    suspended,
    tokens,
    roomId: (login) => rooms.roomId(login),
    refuseConnections: false,
    handshakeDelayMs: 0,
    get handshakesGivenUp() {
      return handshakesGivenUp
    },
    async [Symbol.asyncDispose]() {
      for (const client of webSockets.clients) client.terminate()
      http.closeAllConnections()
      await new Promise((resolve) => http.close(resolve))
    },
  }
  return server
}

/** Watches a client that waits for its handshake. What is given tells whether it still does, and ends the watch. */
function watchHandshake(socket: Duplex, onGivenUp: () => void): () => boolean {
  const end = () => socket.destroy()
  socket.on('error', end).on('end', end).on('close', onGivenUp)
  // An end is seen by reading only.
  socket.resume()
  return () => {
    socket.off('error', end).off('end', end).off('close', onGivenUp)
    return !socket.destroyed
  }
}

function createConnection(
  id: number,
  webSocket: WebSocket,
  session: Session,
): TwitchConnection & { onLine(listener: (line: string) => void): void } {
  const lines: string[] = []
  let isFrozen = false
  let listener: (line: string) => void = () => undefined
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
    joined: session.joined,
    lines,
    get bufferedBytes() {
      return webSocket.bufferedAmount
    },
    drop: () => webSocket.terminate(),
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
