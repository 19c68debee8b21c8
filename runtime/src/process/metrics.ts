import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { collectDefaultMetrics, Gauge, Registry } from 'prom-client'
import type { ErrorBody } from '@chat-battle/contracts/rest/errors'
import { listen } from '../http/listen.ts'
import { isOperator } from '../http/operator-access.ts'

/** Every service answers 200 here while its process responds; a supervisor restarts it otherwise. */
export const livenessPath = '/livez'

/** A registry with the metrics of the process. A service adds its own, so that tests can have several services. */
export function createRegistry(): Registry {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  return registry
}

/** A gauge whose value is read at each scrape. */
export function observedGauge(registry: Registry, name: string, help: string, read: () => number): void {
  new Gauge({
    name,
    help,
    registers: [registry],
    collect() {
      this.set(read())
    },
  })
}

/** Answers a request for metrics, or 401 if it is not an operator's. */
export async function answerMetrics(
  registry: Registry,
  operatorToken: string | undefined,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (!isOperator(request, operatorToken)) {
    const message = 'metrics are for operators: send OPERATOR_TOKEN as a bearer token'
    const body: ErrorBody = { error: { kind: 'unauthorized', message } }
    response.writeHead(401, { 'content-type': 'application/json', 'www-authenticate': 'Bearer' })
    response.end(JSON.stringify(body))
    return
  }
  const text = await registry.metrics()
  response.writeHead(200, { 'content-type': registry.contentType }).end(text)
}

/**
 * Serves `GET /metrics` (Prometheus), `GET /livez`, and `GET /health` for a service without a web server of its own. `/health`
 * answers 200 while `isHealthy` and without `problems`, else 503. Port 0 takes a free port.
 */
export async function serveMetrics(
  registry: Registry,
  options: {
    host: string
    port: number
    operatorToken: string | undefined
    isHealthy: () => boolean
    /** Sentences that `/health` shows. */
    problems?: () => readonly string[]
  },
): Promise<AsyncDisposable & { port: number }> {
  const server = createServer((request, response) => {
    if (request.method === 'GET' && request.url === '/metrics') {
      answerMetrics(registry, options.operatorToken, request, response).catch(() => response.destroy())
    } else if (request.method === 'GET' && request.url === livenessPath) {
      response.writeHead(200).end('ok')
    } else if (request.method === 'GET' && request.url === '/health') {
      const problems = options.problems?.() ?? []
      const isHealthy = options.isHealthy() && problems.length === 0
      response.writeHead(isHealthy ? 200 : 503, { 'content-type': 'application/json' })
      response.end(JSON.stringify({ status: isHealthy ? 'ok' : 'degraded', problems }))
    } else {
      response.writeHead(404).end()
    }
  })
  const port = await listen(server, options.port, options.host)
  return {
    port,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
