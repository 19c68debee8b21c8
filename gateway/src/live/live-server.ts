import type { Server as HttpServer } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { Server, type DefaultEventsMap, type Socket } from 'socket.io'
import { WebSocketServer } from 'ws'
import type { ChannelStats } from '@chat-battle/contracts/records/channel-stats'
import type { ChannelStatus } from '@chat-battle/contracts/records/channel-status'
import type { ServerToClientEvents, SubscribeAck } from '@chat-battle/contracts/live/down'
import {
  maxChannelsPerSocket,
  maxPacketBytes,
  upEvents,
  type ClientToServerEvents,
} from '@chat-battle/contracts/live/up'
import { refuseUpgrade } from '@chat-battle/runtime/http/refuse-upgrade'
import type { ChannelAllowance } from '../limits/channel-allowance.ts'
import { OriginGuard, type OriginRules } from '../limits/origin-guard.ts'
import type { Channels } from '../current/channels.ts'
import { RequestRefused } from '../refusal.ts'
import type { GatewayMetrics } from '../metrics.ts'
import { Admission, type HandshakeRequest } from '../limits/admission.ts'
import { checkProtocol } from './check-protocol.ts'
import { ConflatingAdapter } from './conflating-adapter.ts'
import { guardAgainstFloods, type Connection } from '../limits/flood-guard.ts'
import { refuseHandshake } from './refuse-handshake.ts'
import { SubscribedIds } from './subscribed-ids.ts'
import { TokenBucket } from '../limits/token-bucket.ts'

const roomPrefix = 'channel:'
/** A person changes channels a few times a minute. */
const requestBurst = 40
const requestsPerSecond = 5
const goodbyeMs = 2000

export interface LiveServer {
  publishStats(stats: ChannelStats): void
  publishStatus(status: ChannelStatus): void
  /** The channels that at least one socket is subscribed to. */
  subscribedChannels(): string[]
  readonly socketCount: number
  /** Closes every socket; their clients connect again, elsewhere. */
  close(): Promise<void>
}

export interface LiveOptions extends OriginRules {
  http: HttpServer
  maxSocketsPerAddress: number
  channels: Channels
  allowance: ChannelAllowance
  onSubscribed: (login: string) => void
  isReady: () => boolean
  metrics: GatewayMetrics
}

type EngineConnection = Connection & {
  request: HandshakeRequest
  once(event: 'close', listener: () => void): unknown
}
type LiveSocket = Socket<ClientToServerEvents, ServerToClientEvents, DefaultEventsMap, { ids: SubscribedIds }>

/** Serves Socket.IO: a room a channel, a snapshot on subscribing, then every change, conflated for the slow. */
export function createLiveServer(options: LiveOptions): LiveServer {
  const { http, channels, allowance, metrics, logger, onSubscribed } = options
  const admission = new Admission({ ...options, origins: new OriginGuard(options) })
  const io = new Server<ClientToServerEvents, ServerToClientEvents>(http, {
    // The one that Engine.IO brings along answers pings without end to a client that does not read.
    wsEngine: WebSocketServer,
    maxHttpBufferSize: maxPacketBytes,
    serveClient: false,
    cors: { origin: [...options.corsOrigins] },
    pingInterval: 10_000,
    pingTimeout: 10_000,
    connectTimeout: 10_000,
    allowRequest(request, callback) {
      const refusal = admission.admit(request as HandshakeRequest)
      if (refusal !== undefined) metrics.refused.inc({ kind: refusal })
      callback(refusal, refusal === undefined)
    },
    adapter: class extends ConflatingAdapter {
      constructor(namespace: ConstructorParameters<typeof ConflatingAdapter>[0]) {
        super(namespace, windowOf, (what, count) => metrics.packets.inc({ what }, count))
      }
    },
  })
  io.use(checkProtocol)
  http.on('upgrade', ({ url = '' }, socket) => {
    if (!url.startsWith(io.path() + '/')) refuseUpgrade(socket)
  })
  io.engine.on('connection_error', refuseHandshake)
  io.engine.on('connection', (connection: EngineConnection) => {
    admission.connected(connection.request, connection)
    guardAgainstFloods(connection, (kind) => metrics.refused.inc({ kind }))
  })

  const roomsOf = (socket: LiveSocket) => [...socket.rooms].filter((room) => room.startsWith(roomPrefix))

  const subscribe = async (socket: LiveSocket, name: unknown): Promise<SubscribeAck> => {
    const login = channels.resolve(asName(name))
    const room = roomPrefix + login
    if (!socket.rooms.has(room)) {
      if (roomsOf(socket).length >= maxChannelsPerSocket) {
        throw new RequestRefused(
          'too_many_channels',
          `a socket watches at most ${maxChannelsPerSocket} channels; unsubscribe from one first`,
        )
      }
      if (!allowance.admit(admission.addressOf(socket.request), login)) throw allowance.refusal()
    }
    await socket.join(room)
    socket.data.ids.add(login, asName(name))
    onSubscribed(login)
    return { ok: true, status: channels.status(login), stats: channels.current(login) }
  }
  const unsubscribe = async (socket: LiveSocket, name: unknown): Promise<SubscribeAck> => {
    const login = socket.data.ids.loginOf(asName(name)) ?? channels.resolve(asName(name))
    await socket.leave(roomPrefix + login)
    socket.data.ids.delete(login)
    return { ok: true, status: channels.status(login), stats: channels.current(login) }
  }

  io.on('connection', (socket: LiveSocket) => {
    socket.data.ids = new SubscribedIds()
    const bucket = new TokenBucket(requestBurst, requestsPerSecond)
    const answer = async (request: typeof subscribe, name: unknown): Promise<SubscribeAck> => {
      try {
        if (!bucket.take()) {
          throw new RequestRefused('rate_limited', 'too many requests on this socket; slow down')
        }
        return await request(socket, name)
      } catch (error) {
        if (error instanceof RequestRefused) {
          metrics.refused.inc({ kind: error.kind })
          return { ok: false, error: error.toBody() }
        }
        logger.error({ err: error }, 'a live request failed')
        return { ok: false, error: { kind: 'internal', message: 'something went wrong here; try again' } }
      }
    }
    const handle =
      (request: typeof subscribe) =>
      (name: unknown, ...rest: unknown[]) => {
        const ack = rest.at(-1)
        void answer(request, name).then((result) => {
          if (typeof ack === 'function') (ack as (result: SubscribeAck) => void)(result)
        })
      }
    socket.on('subscribe', handle(subscribe))
    socket.on('unsubscribe', handle(unsubscribe))
  })

  return {
    publishStats: (stats) => void io.to(roomPrefix + stats.channel_login).emit('stats', stats),
    publishStatus: (status) => void io.to(roomPrefix + status.channel_login).emit('status', status),
    subscribedChannels: () =>
      [...io.of('/').adapter.rooms.keys()]
        .filter((room) => room.startsWith(roomPrefix))
        .map((room) => room.slice(roomPrefix.length)),
    get socketCount() {
      return io.of('/').sockets.size
    },
    async close() {
      // Without a goodbye of Socket.IO's, which clients take as a wish that they stay away.
      io.engine.close()
      // A client that is asleep does not answer; its socket ends with the process.
      await Promise.race([io.close(), delay(goodbyeMs)])
    },
  }
}

/** A closed window's last frame must not stand in for the newest of the window after it. */
function windowOf([event, stats]: readonly unknown[]): string {
  return event === 'stats' ? String((stats as ChannelStats).window_start) : ''
}

function asName(name: unknown): string {
  const read = upEvents.subscribe.safeParse(name)
  if (read.success) return read.data
  throw new RequestRefused('malformed_request', 'the first argument is a channel name, as a string')
}
