import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { addressKey, clientAddress, type ProxyTrust } from '@chat-battle/runtime/http/client-address'
import type { OriginGuard } from './origin-guard.ts'

/** The version of Engine.IO's protocol. */
const engineVersion = '4'

export interface AdmissionOptions {
  origins: OriginGuard
  trustsProxy: ProxyTrust
  maxSocketsPerAddress: number
  isReady: () => boolean
}

/** A handshake as Engine.IO 6 passes it on, with the parsed query. `res` is missing on an upgrade. */
export interface HandshakeRequest extends IncomingMessage {
  readonly _query: Readonly<Record<string, string | undefined>>
  readonly res?: ServerResponse
  readonly socket: Socket
}

export type Refusal = keyof typeof refusals

export const refusals = {
  malformed_request: `not a handshake of Engine.IO ${engineVersion}; use Socket.IO 3 or later`,
  not_ready: 'the gateway is starting or stopping; try again in a few seconds',
  origin_not_allowed: 'pages of this origin may not connect; see CORS_ORIGINS',
  too_many_connections: 'too many live sockets from this address; close one first',
} as const

/** Decides which handshakes may open a socket, and counts the sockets per address. */
export class Admission {
  readonly #options: AdmissionOptions
  readonly #sockets = new Map<string, number>()
  /** Releases the places of handshakes that have not become a connection yet. */
  readonly #reserved = new WeakMap<IncomingMessage, () => void>()

  constructor(options: AdmissionOptions) {
    this.#options = options
  }

  addressOf(request: IncomingMessage): string {
    return clientAddress(request, this.#options.trustsProxy)
  }

  /**
   * Returns why a handshake is refused; undefined: it is admitted, and takes one of its address's places. Requests of
   * existing sessions do not come here: Engine.IO serves them first.
   */
  admit(request: HandshakeRequest): Refusal | undefined {
    const { origins, maxSocketsPerAddress, isReady } = this.#options
    // Engine.IO 6 upgrades a handshake of another version before it refuses it.
    if (request._query.EIO !== engineVersion) return 'malformed_request'
    if (!isReady()) return 'not_ready'
    if (origins.refuses(request)) return 'origin_not_allowed'
    const key = addressKey(this.addressOf(request))
    if ((this.#sockets.get(key) ?? 0) >= maxSocketsPerAddress) return 'too_many_connections'
    this.#reserved.set(request, this.#takePlace(key))
    const end = () => {
      this.#reserved.get(request)?.()
      this.#reserved.delete(request)
    }
    if (request.res === undefined) request.socket.once('close', end)
    else request.res.once('close', end)
    return undefined
  }

  /** The handshake has become a connection, which keeps the place until it closes. */
  connected(
    request: IncomingMessage,
    connection: { once(event: 'close', listener: () => void): unknown },
  ): void {
    const release = this.#reserved.get(request) ?? this.#takePlace(addressKey(this.addressOf(request)))
    this.#reserved.delete(request)
    connection.once('close', release)
  }

  #takePlace(key: string): () => void {
    this.#sockets.set(key, (this.#sockets.get(key) ?? 0) + 1)
    return () => {
      const open = (this.#sockets.get(key) ?? 1) - 1
      if (open > 0) this.#sockets.set(key, open)
      else this.#sockets.delete(key)
    }
  }
}
