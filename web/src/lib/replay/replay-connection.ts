import { io, type Socket } from 'socket.io-client'
import { decodeEvent } from '@chat-battle/contracts/live/decode'
import type { ServerToClientEvents } from '@chat-battle/contracts/live/down'
import {
  replayAck,
  type ReplayAck,
  type ReplayControl,
  type ReplayRequest,
} from '@chat-battle/contracts/live/replay'
import type { ClientToServerEvents } from '@chat-battle/contracts/live/up'
import { protocolVersion } from '@chat-battle/contracts/version'
import { reconnection } from '../source/live-connection.ts'
import { isOutdated } from '../source/live-events.ts'

/** A start or jump waits for an archive that is away, up to 30 s. */
const answerWithinMs = 40_000

export interface ReplayListeners {
  /** The connection is new: nothing of an earlier one goes on. */
  onConnected: () => void
  onDisconnected: () => void
  onOutdated: () => void
  onStats: ServerToClientEvents['stats']
  onStatus: ServerToClientEvents['status']
  onMoment: ServerToClientEvents['moment']
  onMessages: ServerToClientEvents['messages']
  onState: ServerToClientEvents['replay_state']
}

export interface ReplayConnection {
  /** Undefined: no answer, or a malformed one. */
  start(request: ReplayRequest): Promise<ReplayAck | undefined>
  control(request: ReplayControl): Promise<ReplayAck | undefined>
  close(): void
}

/** A connection for one replay, which needs one of its own. `token`: the operator's, or null. */
export function connectReplay(
  listeners: ReplayListeners,
  token: string | null,
  origin = '/',
): ReplayConnection {
  const socket: Socket<ServerToClientEvents, ClientToServerEvents> = io(origin, {
    ...reconnection(),
    transports: ['websocket', 'polling'],
    tryAllTransports: true,
    forceNew: true,
    auth: { protocol: protocolVersion, ...(token === null ? {} : { operator_token: token }) },
  })
  socket.on('connect', () => listeners.onConnected())
  socket.on('connect_error', (error) => {
    if (isOutdated(error)) listeners.onOutdated()
    else listeners.onDisconnected()
  })
  socket.on('disconnect', (reason) => {
    listeners.onDisconnected()
    if (reason === 'io server disconnect') setTimeout(() => socket.connect(), Math.random() * 5000)
  })
  listen(socket, listeners)
  const answered = (answer: unknown) => replayAck.safeParse(answer).data
  return {
    start: (request) =>
      socket
        .timeout(answerWithinMs)
        .emitWithAck('replay', request)
        .then(answered, () => undefined),
    control: (request) =>
      socket
        .timeout(answerWithinMs)
        .emitWithAck('replay_control', request)
        .then(answered, () => undefined),
    close: () => void socket.close(),
  }
}

function listen(
  socket: Socket<ServerToClientEvents, ClientToServerEvents>,
  listeners: ReplayListeners,
): void {
  const onUndecodable = (reason: Error) => console.error('undecodable event', reason)
  socket.on('stats', decodeEvent('stats', listeners.onStats, onUndecodable))
  socket.on('status', decodeEvent('status', listeners.onStatus, onUndecodable))
  socket.on('moment', decodeEvent('moment', listeners.onMoment, onUndecodable))
  socket.on('messages', decodeEvent('messages', listeners.onMessages, onUndecodable))
  socket.on('replay_state', decodeEvent('replay_state', listeners.onState, onUndecodable))
}
