import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { WebSocketServer, type WebSocket } from 'ws'
import { Accounts, twitchAccountLimits, type AccountLimits } from './accounts.ts'
import { createConnection, type Connection, type TwitchConnection } from './connection.ts'
import { answer, derivedRoomId, newSession, part, suspendedNotice, type Rooms } from './protocol.ts'
import { EmoteStandIn, emoteSettings } from './emotes/emote-stand-in.ts'
import { HelixStandIn } from './helix/helix-stand-in.ts'
import { TokenEndpoint, type Answer } from './token-endpoint.ts'

/** A stand-in for Twitch's chat: speaks its IRC over WebSocket, and fails like it on command. */
export interface TwitchServer extends AsyncDisposable {
  /** What `TWITCH_IRC_URL` is set to. */
  readonly url: string
  /** What `TWITCH_AUTH_URL` is set to. */
  readonly authUrl: string
  /** What `TWITCH_API_URL` is set to. */
  readonly apiUrl: string
  readonly auth: TokenEndpoint
  readonly helix: HelixStandIn
  /** The APIs and CDNs of emotes; `emoteSettings` points services at them. */
  readonly emotes: EmoteStandIn
  readonly emoteSettings: Readonly<Record<string, string>>
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

/** Starts the stand-in; resolves when it listens. */
export async function startTwitch(options: TwitchOptions = {}): Promise<TwitchServer> {
  const server = new TwitchStub(options)
  await server.listen(options.port ?? 0, options.host ?? '127.0.0.1')
  return server
}

class TwitchStub implements TwitchServer {
  readonly auth: TokenEndpoint
  readonly helix: HelixStandIn
  readonly emotes = new EmoteStandIn()
  readonly missing = new Set<string>()
  readonly suspended = new Set<string>()
  readonly banned = new Set<string>()
  readonly tokens = new Map<string, string>()
  refuseConnections = false
  handshakeDelayMs = 0
  handshakesGivenUp = 0
  readonly #options: TwitchOptions
  readonly #connections = new Map<number, Connection>()
  readonly #accounts: Accounts
  readonly #rooms: Rooms
  readonly #http: Server
  readonly #webSockets = new WebSocketServer({ noServer: true })
  #lastId = 0
  #port = 0

  constructor(options: TwitchOptions) {
    this.#options = options
    const clock = options.clock ?? (() => performance.now())
    this.#accounts = new Accounts(options.limits ?? twitchAccountLimits, clock, this.#connections)
    this.#rooms = this.#createRooms()
    this.auth = new TokenEndpoint(this.tokens)
    this.helix = new HelixStandIn({ tokens: this.auth.applicationTokens })
    this.#http = createServer((request, response) => this.#answer(request, response))
    this.#http.on('upgrade', (request, socket, head) => this.#upgrade(request, socket, head))
  }

  get url(): string {
    return `ws://127.0.0.1:${this.#port}`
  }

  get authUrl(): string {
    return `http://127.0.0.1:${this.#port}/oauth2`
  }

  get apiUrl(): string {
    return `http://127.0.0.1:${this.#port}/helix`
  }

  get emoteSettings(): TwitchServer['emoteSettings'] {
    return emoteSettings(`http://127.0.0.1:${this.#port}`)
  }

  get joins(): TwitchServer['joins'] {
    return this.#accounts.joins
  }

  get logins(): TwitchServer['logins'] {
    return this.#accounts.logins
  }

  async listen(port: number, host: string): Promise<void> {
    this.#http.listen(port, host)
    await once(this.#http, 'listening')
    const address = this.#http.address()
    this.#port = typeof address === 'object' && address !== null ? address.port : 0
  }

  say(login: string, line: string): number {
    const clients = this.#clientsIn(login)
    for (const connection of clients) connection.send(line + '\r\n')
    return clients.length
  }

  sendFrame(frame: string): void {
    for (const connection of this.#connections.values()) connection.send(frame)
  }

  connections(): readonly TwitchConnection[] {
    return [...this.#connections.values()]
  }

  roomId(login: string): string {
    return this.#rooms.roomId(login)
  }

  eject(login: string): void {
    for (const connection of this.#clientsIn(login)) eject(connection, login)
  }

  ban(login: string): void {
    this.banned.add(login)
    for (const connection of this.#clientsIn(login))
      if (!connection.session.isAnonymous) eject(connection, login)
  }

  suspend(login: string): void {
    this.suspended.add(login)
    for (const connection of this.#clientsIn(login)) {
      connection.session.joined.delete(login)
      connection.send(suspendedNotice(login) + '\r\n')
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const client of this.#webSockets.clients) client.terminate()
    this.#http.closeAllConnections()
    await new Promise((resolve) => this.#http.close(resolve))
  }

  #createRooms(): Rooms {
    const { channels, isKnown } = this.#options
    return {
      roomId: (login) => channels?.[login] ?? derivedRoomId(login),
      isMissing: (login) => this.missing.has(login) || isKnown?.(login) === false,
      isSuspended: (login) => this.suspended.has(login),
      isBanned: (login) => this.banned.has(login),
      isAtChannelLimit: (account) => this.#accounts.isAtChannelLimit(account),
      mayLogIn: (account) => this.#accounts.mayLogIn(account),
      loginOf: (token) => this.tokens.get(token),
    }
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    if (this.emotes.answers(request, response) || this.helix.answers(request, response)) return
    const answered = async () =>
      (await this.auth.answer(request)) ??
      (await this.#options.onRequest?.(request)) ?? { status: 426, body: 'connect by WebSocket' }
    answered().then(
      ({ status, body }) =>
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body)),
      (error: unknown) => response.writeHead(400).end(String(error)),
    )
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    if (this.refuseConnections) return void socket.destroy()
    const isWaiting = watchHandshake(socket, () => this.handshakesGivenUp++)
    setTimeout(() => {
      if (!isWaiting()) return
      this.#webSockets.handleUpgrade(request, socket, head, (webSocket) => this.#accept(webSocket, socket))
    }, this.handshakeDelayMs)
  }

  #accept(webSocket: WebSocket, socket: Duplex): void {
    const id = ++this.#lastId
    const onEnd = () => this.#connections.delete(id)
    const connection = createConnection(id, webSocket, socket, newSession(), onEnd)
    this.#connections.set(id, connection)
    webSocket.on('error', () => webSocket.terminate())
    connection.onLine((line) => {
      const joining = /^JOIN (.+)$/i.exec(line)?.[1]?.split(',') ?? []
      for (const channel of joining) this.#accounts.onJoin(connection, channel.replace(/^#/, ''))
      const answers = answer(line, connection.session, this.#rooms)
      if (answers.length > 0) connection.send(answers.join('\r\n') + '\r\n')
    })
  }

  #clientsIn(login: string): Connection[] {
    return [...this.#connections.values()].filter(({ joined }) => joined.has(login))
  }
}

function eject(connection: Connection, login: string): void {
  connection.send(part(login, connection.session).join('\r\n') + '\r\n')
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
