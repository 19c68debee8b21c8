import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { WebSocketServer, type WebSocket } from 'ws'
import { Accounts, twitchAccountLimits, type AccountLimits } from './accounts.ts'
import { createConnection, type Connection, type TwitchConnection } from './connection.ts'
import { answer, derivedRoomId, newSession, part, suspendedNotice, type Rooms } from './protocol.ts'
import { TokenEndpoint, type Answer } from './token-endpoint.ts'

/** A stand-in for Twitch's chat: speaks its IRC over WebSocket, and fails like it on command. */
export interface TwitchServer extends AsyncDisposable {
  /** What `TWITCH_IRC_URL` is set to. */
  readonly url: string
  /** What `TWITCH_AUTH_URL` is set to. */
  readonly authUrl: string
  readonly auth: TokenEndpoint
  /** Sends a raw line, as it is, to every connection that has joined the channel; gives how many those are. */
  say(channelLogin: string, line: string): number
  /** Writes one raw frame, which may hold several lines or garbage, to every connection. */
  sendFrame(frame: string): void
  connections(): readonly TwitchConnection[]
  /** Every requested JOIN, in order; `atMs` by `TwitchOptions.clock`. */
  readonly joins: readonly { atMs: number; login: string; connection: number }[]
  /** Logins whose JOIN is ignored, as of channels that do not exist. */
  readonly missing: Set<string>
  /** Logins whose JOIN is answered with a NOTICE. */
  readonly suspended: Set<string>
  /** Logins whose JOIN by an account is refused, because that is banned there. */
  readonly banned: Set<string>
  /** Every login that succeeded, by `TwitchOptions.clock`, and whose. */
  readonly logins: readonly { atMs: number; account: string }[]
  /** Accepted tokens, and whose they are. */
  readonly tokens: Map<string, string>
  roomId(login: string): string
  /** Makes every client leave a channel; it may join again. */
  eject(channelLogin: string): void
  /** Bans accounts from a channel: they leave it, and their JOINs are refused. */
  ban(channelLogin: string): void
  /** Suspends a channel: its clients get the NOTICE that refuses a JOIN. */
  suspend(channelLogin: string): void
  refuseConnections: boolean
  handshakeDelayMs: number
  /** Handshakes that a client has given up before they were answered. */
  readonly handshakesGivenUp: number
}

export interface TwitchOptions {
  /** 0 or absent: a free one. */
  port?: number
  host?: string
  /** Room ids by login; those of others follow from their login. */
  channels?: Readonly<Record<string, string>>
  /** Whether a channel exists; all of them without it. */
  isKnown?: (login: string) => boolean
  /** In ms; absent: a monotonic one. */
  clock?: () => number
  /** Answers what is not a WebSocket. */
  onRequest?: (request: IncomingMessage) => Promise<Answer>
  limits?: AccountLimits
}

export async function startTwitch(options: TwitchOptions = {}): Promise<TwitchServer> {
  const host = options.host ?? '127.0.0.1'
  const clock = options.clock ?? (() => performance.now())
  const connections = new Map<number, Connection>()
  const tokens = new Map<string, string>()
  const accounts = new Accounts(options.limits ?? twitchAccountLimits, clock, connections)
  const sets = { missing: new Set<string>(), suspended: new Set<string>(), banned: new Set<string>() }
  const rooms: Rooms = {
    roomId: (login) => options.channels?.[login] ?? derivedRoomId(login),
    isMissing: (login) => sets.missing.has(login) || options.isKnown?.(login) === false,
    isSuspended: (login) => sets.suspended.has(login),
    isBanned: (login) => sets.banned.has(login),
    isAtChannelLimit: (account) => accounts.isAtChannelLimit(account),
    mayLogIn: (account) => accounts.mayLogIn(account),
    loginOf: (token) => tokens.get(token),
  }
  let lastId = 0
  let handshakesGivenUp = 0

  const auth = new TokenEndpoint(tokens)
  const http = createServer((request, response) => {
    const answered = async () =>
      (await auth.answer(request)) ??
      (await options.onRequest?.(request)) ?? { status: 426, body: 'connect by WebSocket' }
    answered().then(
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
      if (!isWaitedFor()) return
      webSockets.handleUpgrade(request, socket, head, (webSocket) => accept(webSocket, socket))
    }, server.handshakeDelayMs)
  })

  const accept = (webSocket: WebSocket, socket: Duplex) => {
    const id = ++lastId
    const connection = createConnection(id, webSocket, socket, newSession(), () => connections.delete(id))
    connections.set(id, connection)
    webSocket.on('error', () => webSocket.terminate())
    connection.onLine((line) => {
      const joining = /^JOIN (.+)$/i.exec(line)?.[1]?.split(',') ?? []
      for (const channel of joining) accounts.onJoin(connection, channel.replace(/^#/, ''))
      const answers = answer(line, connection.session, rooms)
      if (answers.length > 0) connection.send(answers.join('\r\n') + '\r\n')
    })
  }
  const clientsIn = (login: string) => [...connections.values()].filter(({ joined }) => joined.has(login))
  const putOut = (connection: Connection, login: string) =>
    connection.send(part(login, connection.session).join('\r\n') + '\r\n')

  http.listen(options.port ?? 0, host)
  await once(http, 'listening')
  const address = http.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const server: TwitchServer = {
    url: `ws://127.0.0.1:${port}`,
    authUrl: `http://127.0.0.1:${port}/oauth2`,
    auth,
    say(login, line) {
      const listening = clientsIn(login)
      for (const connection of listening) connection.send(line + '\r\n')
      return listening.length
    },
    sendFrame(frame) {
      for (const connection of connections.values()) connection.send(frame)
    },
    connections: () => [...connections.values()],
    joins: accounts.joins,
    logins: accounts.logins,
    ...sets,
    tokens,
    roomId: (login) => rooms.roomId(login),
    eject(login) {
      for (const connection of clientsIn(login)) putOut(connection, login)
    },
    ban(login) {
      sets.banned.add(login)
      for (const connection of clientsIn(login))
        if (!connection.session.isAnonymous) putOut(connection, login)
    },
    suspend(login) {
      sets.suspended.add(login)
      for (const connection of clientsIn(login)) {
        connection.session.joined.delete(login)
        connection.send(suspendedNotice(login) + '\r\n')
      }
    },
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

/** Watches a client that waits for its handshake. The function that it returns reports whether it still does, and ends the watch. */
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
