import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http'
import type { ProxyTrust } from '@chat-battle/runtime/http/client-address'
import { ProxyNotice } from '@chat-battle/runtime/http/proxy-notice'
import { refuseUpgrade } from '@chat-battle/runtime/http/refuse-upgrade'
import type { Logger } from '@chat-battle/runtime/process/logger'

/** Bounds how long a request may take to arrive, so that slow clients cannot hold connections. */
const limits = { headersTimeout: 10_000, requestTimeout: 15_000, maxHeaderSize: 16 * 1024 }

/** The HTTP server of REST and Socket.IO. It does not listen yet. */
export function createHttpServer(app: RequestListener, trustsProxy: ProxyTrust, logger: Logger): Server {
  const http = createServer(limits, app)
  const notice = new ProxyNotice('GATEWAY_TRUSTED_PROXIES', trustsProxy, logger)
  http.on('request', (request: IncomingMessage) => notice.check(request))
  http.on('upgrade', (request: IncomingMessage) => notice.check(request))
  http.on('connect', (_request, socket) => refuseUpgrade(socket))
  return http
}
