import { createServer, ServerResponse, type IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import { createProxyServer } from 'http-proxy-3'
import type { ErrorBody } from '@chat-battle/contracts/rest/errors'
import { maxBodyBytes } from '@chat-battle/contracts/rest/route'
import { trustIn } from '@chat-battle/runtime/http/client-address'
import { listen } from '@chat-battle/runtime/http/listen'
import type { Logger } from '@chat-battle/runtime/process/logger'
import { answerMetrics, createRegistry, livenessPath } from '@chat-battle/runtime/process/metrics'
import { ProxyNotice } from '@chat-battle/runtime/http/proxy-notice'
import { refuseUpgrade } from '@chat-battle/runtime/http/refuse-upgrade'
import { resolveClient } from './client-headers.ts'
import type { WebConfig } from './config.ts'
import { createWebMetrics } from './metrics.ts'
import { resolveTarget } from './request-target.ts'

/** How long a client may take to end a connection that the gateway has ended. */
const goodbyeMs = 1000

const malformedTarget = {
  kind: 'malformed_request',
  message: 'the path of this request could be understood in more than one way; see /api/openapi.json',
} as const

const gatewayAway = {
  kind: 'not_ready',
  message: 'the gateway does not answer; try again in a few seconds',
} as const

/** The page, as `vite build` made it: a handler for Node's HTTP server. */
export type PageHandler = (
  request: IncomingMessage & { gatewayUrl: string; clientAddress: string },
  response: ServerResponse,
  next: () => void,
) => void

export interface Web extends AsyncDisposable {
  readonly port: number
}

/** Whether a request has a larger body than anything here takes, or does not tell how large it is. */
function hasTooMuch({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > maxBodyBytes
}

function answerError(response: ServerResponse, status: number, error: ErrorBody['error']): void {
  response
    .writeHead(status, { 'content-type': 'application/json' })
    .end(JSON.stringify({ error } satisfies ErrorBody))
}

/** Serves the page, and passes `/api` and `/socket.io` on to the gateway: a browser knows one origin. */
export async function startWeb(config: WebConfig, logger: Logger, page: PageHandler): Promise<Web> {
  const registry = createRegistry()
  const { requestSeconds, gatewayErrors } = createWebMetrics(registry)
  const proxy = createProxyServer({ target: config.GATEWAY_URL, proxyTimeout: 60_000 })
  /** With what each had been sent before its upgrade. */
  const upgraded = new Map<Socket, number>()

  proxy.on('error', (error, _request, to) => {
    gatewayErrors.inc()
    logger.warn({ err: error }, 'the gateway could not be reached')
    if (to instanceof ServerResponse) {
      if (to.headersSent) return void to.end()
      return answerError(to, 503, gatewayAway)
    }
    // What has been upgraded can take no answer.
    if (to.bytesWritten !== upgraded.get(to)) return void to.destroy()
    refuseUpgrade(to, 503, gatewayAway)
  })

  const trustsProxy = trustIn(config.WEB_TRUSTED_PROXIES)
  const notice = new ProxyNotice('WEB_TRUSTED_PROXIES', trustsProxy, logger)

  const server = createServer({ headersTimeout: 10_000, requestTimeout: 15_000 }, (request, response) => {
    notice.check(request)
    const target = resolveTarget(request.url)
    const kind = target?.isForGateway ? 'gateway' : 'page'
    const stopTimer = requestSeconds.startTimer({ kind })
    response.on('finish', () => stopTimer({ status: response.statusCode }))
    if (target === undefined) return answerError(response, 400, malformedTarget)
    if (target.path === livenessPath) return response.writeHead(200).end('ok')
    if (target.path === '/metrics') {
      return void answerMetrics(registry, config.OPERATOR_TOKEN, request, response).catch(() =>
        response.destroy(),
      )
    }
    if (hasTooMuch(request)) {
      // Read to its end: closed before, the connection would be reset, and the answer with it.
      request.resume().once('end', () =>
        answerError(response, 413, {
          kind: 'payload_too_large',
          message: `a body has at most ${maxBodyBytes} bytes, and tells by Content-Length how many`,
        }),
      )
      return
    }
    // What was matched is what is passed on.
    request.url = target.url
    const clientAddress = resolveClient(request, trustsProxy)
    if (kind === 'gateway') return proxy.web(request, response)
    response.setHeader('x-content-type-options', 'nosniff')
    response.setHeader('referrer-policy', 'no-referrer')
    const asked = Object.assign(request, { gatewayUrl: config.GATEWAY_URL, clientAddress })
    page(asked, response, () => response.writeHead(404).end('not found'))
  })
  server.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) => {
    const target = resolveTarget(request.url)
    if (!target?.isForGateway) return refuseUpgrade(socket)
    socket.on('error', () => socket.destroy())
    upgraded.set(socket, socket.bytesWritten)
    socket.once('close', () => upgraded.delete(socket))
    // Nobody would read what the client still sends, nor ever close its socket.
    socket.once('finish', () => {
      socket.unpipe().resume()
      setTimeout(() => socket.destroy(), goodbyeMs).unref()
    })
    request.url = target.url
    notice.check(request)
    resolveClient(request, trustsProxy)
    // A proxy on the way would drop the headers that a client names here.
    request.headers.connection = 'Upgrade'
    proxy.ws(request, socket, head)
  })
  server.on('connect', (_request, socket) => refuseUpgrade(socket))
  const port = await listen(server, config.WEB_PORT, config.HOST, { isShared: config.SHARE_PORTS })
  logger.info({ port, gateway: config.GATEWAY_URL }, 'serving')

  return {
    port,
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => server.close(resolve))
      server.closeAllConnections()
      for (const socket of upgraded.keys()) socket.destroy()
      await closed
    },
  }
}
