import type { IncomingMessage } from 'node:http'
import { clientAddress, type ProxyTrust } from '@chat-battle/service/client-address'

export interface AdmissionOptions {
  /** Origins besides the gateway's own that a browser may come from. */
  corsOrigins: readonly string[]
  trustsProxy: ProxyTrust
  maxSocketsPerAddress: number
}

export type Refusal = 'origin_not_allowed' | 'too_many_connections'

/** Decides who may open a socket. Addresses are counted from `admit` to the release that it gives. */
export class Admission {
  readonly #options: AdmissionOptions
  readonly #sockets = new Map<string, number>()

  constructor(options: AdmissionOptions) {
    this.#options = options
  }

  addressOf(request: IncomingMessage): string {
    return clientAddress(request, this.#options.trustsProxy)
  }

  /** Why a request may not open a socket; undefined where it may. */
  refusal(request: IncomingMessage): Refusal | undefined {
    if (!this.#isOriginAllowed(request)) return 'origin_not_allowed'
    const open = this.#sockets.get(this.addressOf(request)) ?? 0
    return open >= this.#options.maxSocketsPerAddress ? 'too_many_connections' : undefined
  }

  /** Counts a socket; call what it gives when the socket has closed. */
  admit(request: IncomingMessage): () => void {
    const address = this.addressOf(request)
    this.#sockets.set(address, (this.#sockets.get(address) ?? 0) + 1)
    return () => {
      const open = (this.#sockets.get(address) ?? 1) - 1
      if (open > 0) this.#sockets.set(address, open)
      else this.#sockets.delete(address)
    }
  }

  #isOriginAllowed({ headers }: IncomingMessage): boolean {
    const { origin, host } = headers
    if (origin === undefined || this.#options.corsOrigins.includes(origin)) return true
    return URL.canParse(origin) && new URL(origin).host === host
  }
}
