import { io, type ManagerOptions, type Socket, type SocketOptions } from 'socket.io-client'
import type { ServerToClientEvents } from '@chat-battle/contracts/live/down'
import type { ClientToServerEvents } from '@chat-battle/contracts/live/up'
import { protocolVersion } from '@chat-battle/contracts/version'
import {
  answerWithinMs,
  decodersOf,
  failuresBeforePolling,
  isOutdated,
  requestsBy,
  returnWithinMs,
  type LiveConnection,
  type LiveListeners,
} from './live-events.ts'

export type { LiveConnection, LiveListeners }

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

/**
 * Connects to the gateway by Socket.IO, by default on the page's own origin, until `close`. `failedBefore`: attempts that were made
 * by `connectByWebSocket`.
 */
export function connectLive(listeners: LiveListeners, origin = '/', failedBefore = 0): LiveConnection {
  const options: Partial<ManagerOptions & SocketOptions> = {
    ...reconnection(),
    transports: transportsAfter(failedBefore),
    tryAllTransports: true,
    auth: { protocol: protocolVersion },
  }
  const socket: Socket<ServerToClientEvents, ClientToServerEvents> = io(origin, options)
  let failures = failedBefore
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
  for (const [event, read] of decodersOf(listeners)) socket.on(event as keyof ServerToClientEvents, read)
  return {
    ...requestsBy((event, name, answered) => {
      if (!socket.connected) return
      socket.timeout(answerWithinMs).emit(event, name, (error: Error | null, answer: unknown) => {
        if (error === null) answered(answer)
        else if (socket.connected) answered(undefined)
      })
    }),
    close: () => void socket.close(),
  }
}
