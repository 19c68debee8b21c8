import { io, type Socket } from 'socket.io-client'
import type { ClientToServerEvents, ServerToClientEvents, SubscribeAck } from '@chat-battle/contracts/live'

/** Attempts that fail before the page falls back to polling; it goes on trying all the same. */
const failuresBeforePolling = 2
/** After the server itself has ended the connection, the client waits up to so long: all clients at once would be a flood. */
const returnWithinMs = 5000

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

export interface LiveListeners {
  onConnected: () => void
  /** The connection cannot be made, or not be made again. */
  onDisconnected: () => void
  onStats: ServerToClientEvents['stats']
  onStatus: ServerToClientEvents['status']
}

export interface LiveConnection {
  /** Asks for a channel's figures; `answered` is called with what is known, unless the connection is lost before. */
  subscribe(login: string, answered: (answer: SubscribeAck) => void): void
  unsubscribe(login: string, answered: (answer: SubscribeAck) => void): void
  close(): void
}

/** Connects to the gateway by Socket.IO, on the page's own origin unless told another, for as long as the page is there. */
export function connectLive(listeners: LiveListeners, origin = '/'): LiveConnection {
  const socket: Socket<ServerToClientEvents, ClientToServerEvents> = io(origin, {
    ...reconnection(),
    transports: ['websocket', 'polling'],
  })
  let failures = 0
  socket.on('connect', () => {
    failures = 0
    listeners.onConnected()
  })
  socket.on('connect_error', () => {
    if (++failures >= failuresBeforePolling) listeners.onDisconnected()
  })
  socket.on('disconnect', (reason) => {
    if (reason === 'io server disconnect') setTimeout(() => socket.connect(), Math.random() * returnWithinMs)
  })
  socket.on('stats', listeners.onStats)
  socket.on('status', listeners.onStatus)
  return {
    subscribe(login, answered) {
      if (socket.connected) socket.emit('subscribe', login, answered)
    },
    unsubscribe(login, answered) {
      if (socket.connected) socket.emit('unsubscribe', login, answered)
    },
    close: () => void socket.close(),
  }
}
