import { Counter, Histogram, type Registry } from 'prom-client'

export function createWebMetrics(registry: Registry) {
  return {
    requestSeconds: new Histogram({
      name: 'web_http_request_duration_seconds',
      help: 'Time from a request to the end of its response',
      labelNames: ['kind', 'status'],
      registers: [registry],
    }),
    gatewayErrors: new Counter({
      name: 'web_gateway_errors_total',
      help: 'Requests and upgrades that the gateway did not answer',
      registers: [registry],
    }),
  }
}
