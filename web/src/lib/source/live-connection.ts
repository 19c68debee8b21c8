import { io, type ManagerOptions, type Socket, type SocketOptions } from 'socket.io-client'
import { decodeAck, decodeChatAck, decodeEvent } from '@chat-battle/contracts/live/decode'
import {
  connectRefusal,
  type ChatAck,
  type ServerToClientEvents,
  type SubscribeAck,
} from '@chat-battle/contracts/live/down'
import type { ClientToServerEvents } from '@chat-battle/contracts/live/up'
import { protocolVersion } from '@chat-battle/contracts/version'

/** Failed attempts before the page falls back to polling by REST. Socket.IO continues its attempts. */
const failuresBeforePolling = 2
/** Longest wait after the server closed the connection, so that its clients do not all return at once. */
const returnWithinMs = 5000
/** A request without an answer after this time is lost. */
const answerWithinMs = 10_000

type Transport = 'websocket' | 'polling'

/**
 * The first attempt is anywhere within two seconds, because a gateway loses all its clients at once. The jitter of
 * socket.io-client 4.8.4 skips every other tenth of that (`contrib/backo2.ts`); a random base delay fills those.
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
 * The transports of an attempt, in their order. `tryAllTransports` falls back to long polling only where a WebSocket is
 * refused; where it hangs or closes at once, the next attempt begins with long polling.
 */
export function transportsAfter(failures: number): Transport[] {
  return failures % 2 === 0 ? ['websocket', 'polling'] : ['polling', 'websocket']
}

export interface LiveListeners {
  onConnected: () => void
  /** Attempts to connect, or to reconnect, have failed. */
  onDisconnected: () => void
  onStats: ServerToClientEvents['stats']
  onStatus: ServerToClientEvents['status']
  onMoment?: ServerToClientEvents['moment']
  onMessages?: ServerToClientEvents['messages']
  onRemoved?: ServerToClientEvents['removed']
  /** The server does not serve this version of the page. Socket.IO does not try again. */
  onOutdated?: () => void
  /** An event that the page cannot decode. */
  onUndecodable?: (reason: Error) => void
}

/** Undefined: no answer in time on an open connection, or a malformed one. */
type Answered<A = SubscribeAck> = (answer: A | undefined) => void

export interface LiveConnection {
  /** Subscribes to a channel; `answered` is called once, unless the connection is lost before. */
  subscribe(name: string, answered: Answered): void
  unsubscribe(name: string, answered: Answered): void
  /** As above, for the messages of a channel. */
  subscribeChat(name: string, answered: Answered<ChatAck>): void
  unsubscribeChat(name: string, answered: Answered<ChatAck>): void
  close(): void
}

/** Connects to the gateway by Socket.IO, by default on the page's own origin, until `close`. */
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
  listen(socket, listeners)

  const request = <A extends SubscribeAck | ChatAck>(
    event: 'subscribe' | 'unsubscribe' | 'subscribe_chat' | 'unsubscribe_chat',
    name: string,
    decode: (answer: unknown) => A | undefined,
    answered: Answered<A>,
  ) => {
    if (!socket.connected) return
    socket.timeout(answerWithinMs).emit(event, name, (error: Error | null, answer: unknown) => {
      if (error === null) answered(decode(answer))
      else if (socket.connected) answered(undefined)
    })
  }
  return {
    subscribe: (name, answered) => request('subscribe', name, decodeAck, answered),
    unsubscribe: (name, answered) => request('unsubscribe', name, decodeAck, answered),
    subscribeChat: (name, answered) => request('subscribe_chat', name, decodeChatAck, answered),
    unsubscribeChat: (name, answered) => request('unsubscribe_chat', name, decodeChatAck, answered),
    close: () => void socket.close(),
  }
}

function listen(socket: Socket<ServerToClientEvents, ClientToServerEvents>, listeners: LiveListeners): void {
  const onUndecodable = listeners.onUndecodable ?? ((reason) => console.error('undecodable event', reason))
  const { onStats, onStatus, onMoment, onMessages, onRemoved } = listeners
  socket.on('stats', decodeEvent('stats', onStats, onUndecodable))
  socket.on('status', decodeEvent('status', onStatus, onUndecodable))
  if (onMoment !== undefined) socket.on('moment', decodeEvent('moment', onMoment, onUndecodable))
  if (onMessages !== undefined) socket.on('messages', decodeEvent('messages', onMessages, onUndecodable))
  if (onRemoved !== undefined) socket.on('removed', decodeEvent('removed', onRemoved, onUndecodable))
}

/** Whether the server refused a connection because it does not serve this version of the page. */
export function isOutdated(error: Error & { data?: unknown }): boolean {
  return connectRefusal.safeParse(error.data).data?.kind === 'unsupported_protocol'
}
