import { ServerResponse, type IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import { createProxyServer } from 'http-proxy-3'
import { refuseUpgrade } from '@chat-battle/runtime/http/refuse-upgrade'
import { answerError, gatewayAway } from './refusals.ts'
import { UpgradedSockets } from './upgraded-sockets.ts'

const answerWithinMs = 60_000

/** Forwards requests and upgrades to the gateway, and answers 503 while it is away. */
export class GatewayProxy implements Disposable {
  readonly #upgraded = new UpgradedSockets()
  readonly #proxy: ReturnType<typeof createProxyServer>

  constructor(gatewayUrl: string, onFailure: (error: unknown) => void) {
    this.#proxy = createProxyServer({ target: gatewayUrl, proxyTimeout: answerWithinMs })
    this.#proxy.on('error', (error, _request, to) => {
      onFailure(error)
      if (to instanceof ServerResponse) this.#failResponse(to)
      else this.#failSocket(to)
    })
  }

  forward(request: IncomingMessage, response: ServerResponse): void {
    void this.#proxy.web(request, response)
  }

  forwardUpgrade(request: IncomingMessage, socket: Socket, head: Buffer): void {
    this.#upgraded.add(socket)
    // Proxies drop the headers that a client names in `Connection` (RFC 9110, 7.6.1), so only `Upgrade` stays.
    request.headers.connection = 'Upgrade'
    this.#proxy.ws(request, socket, head)
  }

  [Symbol.dispose](): void {
    this.#upgraded[Symbol.dispose]()
  }

  #failResponse(response: ServerResponse): void {
    if (response.headersSent) response.end()
    else answerError(response, 503, gatewayAway)
  }

  #failSocket(socket: Socket): void {
    if (this.#upgraded.isAnswered(socket)) socket.destroy()
    else refuseUpgrade(socket, 503, gatewayAway)
  }
}
