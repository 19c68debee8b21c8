import type { IncomingMessage, Server as HttpServer } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { Server } from 'socket.io'
import { WebSocketServer } from 'ws'
import type { ServerToClientEvents } from '@chat-battle/contracts/live/down'
import { maxChatsPerAddress, maxPacketBytes, type ClientToServerEvents } from '@chat-battle/contracts/live/up'
import { noOptOuts, type OptedOut } from '@chat-battle/contracts/records/anonymise'
import type { ChannelLive } from '@chat-battle/contracts/records/channel-live'
import type { ChannelStats } from '@chat-battle/contracts/records/channel-stats'
import type { Moment } from '@chat-battle/contracts/records/moment'
import type { ChannelStatus } from '@chat-battle/contracts/records/channel-status'
import type { PersonHash } from '@chat-battle/runtime/process/person-hash'
import { refuseUpgrade } from '@chat-battle/runtime/http/refuse-upgrade'
import type { ArchiveReader } from '../archive/archive-reader.ts'
import type { ChatSource } from '../chat/chat-source.ts'
import type { Channels } from '../current/channels.ts'
import type { LiveView } from '../current/live-view.ts'
import type { StatusView } from '../directory/status-view.ts'
import { Admission, type HandshakeRequest } from '../limits/admission.ts'
import type { ChannelAllowance } from '../limits/channel-allowance.ts'
import { guardAgainstFloods, type Connection } from '../limits/flood-guard.ts'
import { Places } from '../limits/places.ts'
import { OriginGuard, type OriginRules } from '../limits/origin-guard.ts'
import type { SeenTwitchEmotes } from '../emotes/seen-twitch-emotes.ts'
import type { GatewayMetrics } from '../metrics.ts'
import { answerRequests } from './answer-requests.ts'
import { ChatHub } from './chat-hub.ts'
import { ChatSubscriptions } from './chat-subscriptions.ts'
import { checkProtocol } from './check-protocol.ts'
import { ConflatingAdapter } from './conflating-adapter.ts'
import { refuseHandshake } from './refuse-handshake.ts'
import { Replays } from './replays.ts'
import { channelsIn, chatRoomOf, roomOf } from './rooms.ts'
import { SubscribedIds } from './subscribed-ids.ts'
import { Subscriptions, type LiveSocket } from './subscriptions.ts'

const closeWithinMs = 2000

export interface LiveServer {
  publishStats(stats: ChannelStats): void
  publishStatus(status: ChannelStatus): void
  publishLive(live: ChannelLive): void
  /** The messages of the channels that a socket watches. */
  readonly chat: ChatHub
  publishMoment(moment: Moment): void
  /** The channels that at least one socket is subscribed to, or whose messages it watches. */
  subscribedChannels(): string[]
  readonly socketCount: number
  /** Closes every socket. Their clients connect again, to another gateway. */
  close(): Promise<void>
}

export interface LiveOptions extends OriginRules {
  http: HttpServer
  maxSocketsPerAddress: number
  channels: Channels
  liveView: Pick<LiveView, 'of'>
  statusView: Pick<StatusView, 'idOf'>
  chatSource: ChatSource
  /** Learns the emotes of what is shown. */
  twitchEmotes: Pick<SeenTwitchEmotes, 'see'>
  /** People who are not shown in live chat. */
  people?: OptedOut
  maxChatsPerAddress?: number
  allowance: ChannelAllowance
  onSubscribed: (login: string) => void
  archive: Pick<ArchiveReader, 'page'>
  operatorToken: string | undefined
  personHash: PersonHash | undefined
  archiveRetentionHours: number
  isReady: () => boolean
  metrics: GatewayMetrics
}

type LiveIo = Server<ClientToServerEvents, ServerToClientEvents>
type EngineConnection = Connection & {
  request: HandshakeRequest
  once(event: 'close', listener: () => void): unknown
}

/** Serves Socket.IO: one room per channel, a snapshot on subscribing, then every change, conflated for slow clients. */
export function createLiveServer(options: LiveOptions): LiveServer {
  const admission = new Admission({ ...options, origins: new OriginGuard(options) })
  const io = createIo(options, admission)
  io.use(checkProtocol)
  const chat = new ChatHub({
    ...options,
    people: options.people ?? noOptOuts,
    source: options.chatSource,
    offer: (...due) => (io.of('/').adapter as ConflatingAdapter).offer(...due),
  })
  serveRequests(io, options, admission, chat)
  return {
    chat,
    publishStats: (stats) => void io.to(roomOf(stats.channel_login)).emit('stats', stats),
    publishStatus(status) {
      const login = status.channel_login
      io.to([roomOf(login), chatRoomOf(login)]).emit('status', status)
      chat.onStatus(login)
    },
    publishLive: (live) => void io.to(roomOf(live.channel_login)).emit('live', live),
    publishMoment: (moment) => void io.to(roomOf(moment.channel_login)).emit('moment', moment),
    subscribedChannels: () => [
      ...new Set([...channelsIn(io.of('/').adapter.rooms.keys()), ...chat.logins()]),
    ],
    get socketCount() {
      return io.of('/').sockets.size
    },
    async close() {
      // Socket.IO's own disconnect packet would keep its clients from connecting again.
      io.engine.close()
      // A sleeping client does not answer; its socket ends with the process.
      await Promise.race([io.close(), delay(closeWithinMs)])
    },
  }
}

function serveRequests(io: LiveIo, options: LiveOptions, admission: Admission, hub: ChatHub): void {
  const { logger, metrics, maxChatsPerAddress: maxChats = maxChatsPerAddress } = options
  const given = { ...options, addressOf: (request: IncomingMessage) => admission.addressOf(request) }
  const subscriptions = new Subscriptions(given)
  const chats = new ChatSubscriptions({ ...given, hub, places: new Places(Infinity, maxChats) })
  const replays = new Replays(given)
  io.on('connection', (socket: LiveSocket) => {
    Object.assign(socket.data, { ids: new SubscribedIds(), chatIds: new SubscribedIds() })
    const answering = answerRequests({ logger, onRefused: (kind) => metrics.refused.inc({ kind }) })
    socket.on(
      'subscribe',
      answering((name) => {
        replays.requireNone(socket)
        return subscriptions.subscribe(socket, name)
      }),
    )
    socket.on(
      'unsubscribe',
      answering((name) => subscriptions.unsubscribe(socket, name)),
    )
    socket.on(
      'subscribe_chat',
      answering((name) => {
        replays.requireNone(socket)
        return chats.subscribe(socket, name)
      }),
    )
    socket.on(
      'unsubscribe_chat',
      answering((name) => chats.unsubscribe(socket, name)),
    )
    socket.on(
      'replay',
      answering((request) => replays.start(socket, request)),
    )
    socket.on(
      'replay_control',
      answering((request) => replays.control(socket, request)),
    )
    socket.on('disconnect', () => chats.end(socket))
  })
}

/** A Socket.IO server that admits handshakes, disconnects floods and conflates events. */
function createIo({ http, corsOrigins, metrics }: LiveOptions, admission: Admission): LiveIo {
  const io: LiveIo = new Server(http, {
    // The ws 8.21 of Engine.IO 6.6 queues pongs without limit for a client that does not read.
    wsEngine: WebSocketServer,
    maxHttpBufferSize: maxPacketBytes,
    serveClient: false,
    cors: { origin: [...corsOrigins] },
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
        super(namespace, subjectOf, (what, count) => metrics.packets.inc({ what }, count))
      }
    },
  })
  http.on('upgrade', ({ url = '' }, socket) => {
    if (!url.startsWith(io.path() + '/')) refuseUpgrade(socket)
  })
  io.engine.on('connection_error', refuseHandshake)
  io.engine.on('connection', (connection: EngineConnection) => {
    admission.connected(connection.request, connection)
    guardAgainstFloods(connection, (kind) => metrics.refused.inc({ kind }))
  })
  return io
}

/** Of two windows or moments none replaces the other: the last frame of a closed window must arrive as well. */
function subjectOf([event, payload]: readonly unknown[]): string {
  if (event === 'stats') return String((payload as ChannelStats).window_start)
  return event === 'moment' ? String((payload as Moment).start) : ''
}
