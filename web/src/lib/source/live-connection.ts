import { io, type ManagerOptions, type Socket, type SocketOptions } from 'socket.io-client'
import { decodeAck, decodeEvent } from '@chat-battle/contracts/live/decode'
import {
  connectRefusal,
  type ServerToClientEvents,
  type SubscribeAck,
} from '@chat-battle/contracts/live/down'
import type { ClientToServerEvents } from '@chat-battle/contracts/live/up'
import { protocolVersion } from '@chat-battle/contracts/version'

/** Attempts that fail before the page falls back to polling by REST; Socket.IO goes on trying all the same. */
const failuresBeforePolling = 2
/** After the server itself has ended the connection, the client waits up to so long: all clients at once would be a flood. */
const returnWithinMs = 5000
/** A request that has no answer by then is lost. */
const answerWithinMs = 10_000

type Transport = 'websocket' | 'polling'

/**
 * How a client comes back: all of a gateway's lose it at once, so the first try lies anywhere within two seconds. Socket.IO's
 * own chance leaves out every other tenth of that; a delay that differs from client to client fills what it leaves out.
 */
export function reconnection() {
  return {
    randomizationFactor: 1,
    reconnectionDelay: 500 + Math.random() * 500,
    reconnectionDelayMax: 5000,
    timeout: 5000,
  }
}

/**
 * The transports of an attempt, in their order. A WebSocket that is refused is followed by long polling in the same attempt
 * (`tryAllTransports`); one that hangs until the attempt times out, or is closed at once, is not: then the next begins with it.
 */
export function transportsAfter(failures: number): Transport[] {
  return failures % 2 === 0 ? ['websocket', 'polling'] : ['polling', 'websocket']
}

export interface LiveListeners {
  onConnected: () => void
  /** The connection cannot be made, or not be made again. */
  onDisconnected: () => void
  onStats: ServerToClientEvents['stats']
  onStatus: ServerToClientEvents['status']
  /** The server does not serve this version of the page; it connects no more. */
  onOutdated?: () => void
  /** An event that the page cannot decode. */
  onUndecodable?: (reason: Error) => void
}

/** Undefined: the connection is there, and the server has not answered. */
export type Answered = (answer: SubscribeAck | undefined) => void

export interface LiveConnection {
  /** Asks for a channel's figures; `answered` is called once, unless the connection is lost before. */
  subscribe(name: string, answered: Answered): void
  unsubscribe(name: string, answered: Answered): void
  close(): void
}

/** Connects to the gateway by Socket.IO, on the page's own origin unless another is given, for as long as the page is there. */
export function connectLive(listeners: LiveListeners, origin = '/'): LiveConnection {
  const options: Partial<ManagerOptions & SocketOptions> = {
    ...reconnection(),
    transports: transportsAfter(0),
    tryAllTransports: true,
    auth: { protocol: protocolVersion },
  }
  const socket: Socket<ServerToClientEvents, ClientToServerEvents> = io(origin, options)
  let failures = 0
  socket.on('connect', () => {
    failures = 0
    listeners.onConnected()
  })
  socket.on('connect_error', (error) => {
    if (isOutdated(error)) return listeners.onOutdated?.()
    socket.io.opts.transports = transportsAfter(++failures)
    if (failures >= failuresBeforePolling) listeners.onDisconnected()
  })
  socket.on('disconnect', (reason) => {
    if (reason === 'io server disconnect') setTimeout(() => socket.connect(), Math.random() * returnWithinMs)
  })
  const onUndecodable = listeners.onUndecodable ?? ((reason) => console.error('undecodable event', reason))
  socket.on('stats', decodeEvent('stats', listeners.onStats, onUndecodable))
  socket.on('status', decodeEvent('status', listeners.onStatus, onUndecodable))

  const request = (event: 'subscribe' | 'unsubscribe', name: string, answered: Answered) => {
    if (!socket.connected) return
    socket.timeout(answerWithinMs).emit(event, name, (error: Error | null, answer: unknown) => {
      if (error === null) answered(decodeAck(answer))
      else if (socket.connected) answered(undefined)
    })
  }
  return {
    subscribe: (name, answered) => request('subscribe', name, answered),
    unsubscribe: (name, answered) => request('unsubscribe', name, answered),
    close: () => void socket.close(),
  }
}

/** A refusal by the server itself: Socket.IO does not try again. */
function isOutdated(error: Error & { data?: unknown }): boolean {
  return connectRefusal.safeParse(error.data).data?.kind === 'unsupported_protocol'
}
