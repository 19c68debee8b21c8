import { createServer } from 'node:http'
import { once } from 'node:events'
import { collectDefaultMetrics, Registry } from 'prom-client'

/** A registry with the process's own metrics. A service's metrics are made on it, so that tests can have many. */
export function createRegistry(): Registry {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  return registry
}

/**
 * Serves `GET /metrics` (Prometheus) and `GET /health` (200 while `isHealthy`, else 503) for a service without a web
 * server of its own. `port` 0 takes a free one.
 */
export async function serveMetrics(
  registry: Registry,
  options: { host: string; port: number; isHealthy: () => boolean },
): Promise<AsyncDisposable & { port: number }> {
  const server = createServer((request, response) => {
    if (request.method === 'GET' && request.url === '/metrics') {
      registry.metrics().then(
        (text) => response.writeHead(200, { 'content-type': registry.contentType }).end(text),
        () => response.writeHead(500).end(),
      )
    } else if (request.method === 'GET' && request.url === '/health') {
      const healthy = options.isHealthy()
      response.writeHead(healthy ? 200 : 503, { 'content-type': 'application/json' })
      response.end(JSON.stringify({ status: healthy ? 'ok' : 'degraded' }))
    } else {
      response.writeHead(404).end()
    }
  })
  server.listen(options.port, options.host)
  await once(server, 'listening')
  const address = server.address()
  return {
    port: typeof address === 'object' && address !== null ? address.port : options.port,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
