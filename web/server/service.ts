import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { Socket } from 'node:net'
import { trustIn } from '@chat-battle/runtime/http/client-address'
import { listen } from '@chat-battle/runtime/http/listen'
import type { Logger } from '@chat-battle/runtime/process/logger'
import { answerMetrics, createRegistry, livenessPath } from '@chat-battle/runtime/process/metrics'
import { ProxyNotice } from '@chat-battle/runtime/http/proxy-notice'
import { refuseUpgrade } from '@chat-battle/runtime/http/refuse-upgrade'
import { startOwned } from '@chat-battle/runtime/process/owned'
import { resolveClient } from './client-headers.ts'
import type { WebConfig } from './config.ts'
import { GatewayProxy } from './gateway-proxy.ts'
import { createWebMetrics } from './metrics.ts'
import { createPageServer, type PageHandler } from './page.ts'
import { answerError, hasOversizedBody, malformedTarget, refuseBody } from './refusals.ts'
import { resolveTarget } from './request-target.ts'

export interface Web extends AsyncDisposable {
  readonly port: number
}

/** Serves the page and forwards `/api`, `/emotes`, `/operator/…` and `/socket.io` to the gateway, so that a browser knows one origin. */
export function startWeb(config: WebConfig, logger: Logger, page: PageHandler): Promise<Web> {
  return startOwned(async (owned) => {
    const registry = createRegistry()
    const { requestSeconds, gatewayErrors } = createWebMetrics(registry)
    const trustsProxy = trustIn(config.WEB_TRUSTED_PROXIES)
    const notice = new ProxyNotice('WEB_TRUSTED_PROXIES', trustsProxy, logger)
    const { GATEWAY_URL: gatewayUrl, SIMULATED_CHANNELS: simulatedChannels } = config
    const servePage = createPageServer(page)
    const gateway = new GatewayProxy(gatewayUrl, (error) => {
      gatewayErrors.inc()
      logger.warn({ err: error }, 'the gateway could not be reached')
    })

    const server = createServer({ headersTimeout: 10_000, requestTimeout: 15_000 }, (request, response) => {
      notice.check(request)
      const target = resolveTarget(request.url)
      const stopTimer = requestSeconds.startTimer({ kind: target?.isForGateway ? 'gateway' : 'page' })
      response.on('finish', () => stopTimer({ status: response.statusCode }))
      if (target === undefined) return answerError(response, 400, malformedTarget)
      if (target.path === livenessPath) return response.writeHead(200).end('ok')
      if (target.path === '/metrics') {
        const answered = answerMetrics(registry, config.OPERATOR_TOKEN, request, response)
        return void answered.catch(() => response.destroy())
      }
      if (hasOversizedBody(request)) return refuseBody(request, response)
      // The gateway gets the target that was matched, not the one that was sent.
      request.url = target.url
      const clientAddress = resolveClient(request, trustsProxy)
      if (target.isForGateway) gateway.forward(request, response)
      else servePage(request, response, { gatewayUrl, clientAddress, simulatedChannels })
    })
    server.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) => {
      const target = resolveTarget(request.url)
      if (!target?.isForGateway) return refuseUpgrade(socket)
      notice.check(request)
      request.url = target.url
      resolveClient(request, trustsProxy)
      gateway.forwardUpgrade(request, socket, head)
    })
    server.on('connect', (_request, socket) => refuseUpgrade(socket))
    owned.defer(() => close(server))
    owned.use(gateway)
    const port = await listen(server, config.WEB_PORT, config.HOST, { isShared: config.SHARE_PORTS })
    logger.info({ port, gateway: gatewayUrl }, 'serving')
    return { port }
  })
}

async function close(server: Server): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve))
  server.closeAllConnections()
  await closed
}
