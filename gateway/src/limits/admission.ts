import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { addressKey, clientAddress, type ProxyTrust } from '@chat-battle/runtime/http/client-address'
import type { OriginGuard } from './origin-guard.ts'

/** Of Engine.IO. */
const protocolVersion = '4'

export interface AdmissionOptions {
  origins: OriginGuard
  trustsProxy: ProxyTrust
  maxSocketsPerAddress: number
  isReady: () => boolean
}

/** A handshake as Engine.IO passes it on: with its own reading of the query, and an answer where it is no upgrade. */
export interface HandshakeRequest extends IncomingMessage {
  readonly _query: Readonly<Record<string, string | undefined>>
  readonly res?: ServerResponse
  readonly socket: Socket
}

export type Refusal = keyof typeof refusals

export const refusals = {
  malformed_request: `this is not a handshake of Engine.IO ${protocolVersion}; use Socket.IO 3 or later`,
  not_ready: 'still starting, or stopping; try again in a few seconds',
  origin_not_allowed: 'pages of this origin may not connect; see CORS_ORIGINS',
  too_many_connections: 'too many live sockets from this address; close one first',
} as const

/** Decides who may open a socket, and counts the sockets of each address. */
export class Admission {
  readonly #options: AdmissionOptions
  readonly #sockets = new Map<string, number>()
  /** Gives back the places of handshakes that have become no connection so far. */
  readonly #reserved = new WeakMap<IncomingMessage, () => void>()

  constructor(options: AdmissionOptions) {
    this.#options = options
  }

  addressOf(request: IncomingMessage): string {
    return clientAddress(request, this.#options.trustsProxy)
  }

  /**
   * Decides on a handshake, which every request is that gets here: Engine.IO has served those of its sessions before, by its
   * own reading of the query. Gives why it is refused; otherwise a place is taken from now on.
   */
  admit(request: HandshakeRequest): Refusal | undefined {
    const { origins, maxSocketsPerAddress, isReady } = this.#options
    // Engine.IO would upgrade one of another version first, and refuse it then.
    if (request._query.EIO !== protocolVersion) return 'malformed_request'
    if (!isReady()) return 'not_ready'
    if (origins.refuses(request)) return 'origin_not_allowed'
    const key = addressKey(this.addressOf(request))
    if ((this.#sockets.get(key) ?? 0) >= maxSocketsPerAddress) return 'too_many_connections'
    this.#reserved.set(request, this.#take(key))
    const end = () => {
      this.#reserved.get(request)?.()
      this.#reserved.delete(request)
    }
    if (request.res === undefined) request.socket.once('close', end)
    else request.res.once('close', end)
    return undefined
  }

  /** The handshake has become a connection: it keeps its place until that closes. */
  connected(
    request: IncomingMessage,
    connection: { once(event: 'close', listener: () => void): unknown },
  ): void {
    const release = this.#reserved.get(request) ?? this.#take(addressKey(this.addressOf(request)))
    this.#reserved.delete(request)
    connection.once('close', release)
  }

  #take(key: string): () => void {
    this.#sockets.set(key, (this.#sockets.get(key) ?? 0) + 1)
    return () => {
      const open = (this.#sockets.get(key) ?? 1) - 1
      if (open > 0) this.#sockets.set(key, open)
      else this.#sockets.delete(key)
    }
  }
}
