import { Counter, Histogram, type Registry } from 'prom-client'

export function createWebMetrics(registry: Registry) {
  return {
    requestSeconds: new Histogram({
      name: 'web_http_request_duration_seconds',
      help: 'Time to answer a request',
      labelNames: ['kind', 'status'],
      registers: [registry],
    }),
    gatewayErrors: new Counter({
      name: 'web_gateway_errors_total',
      help: 'Requests that could not be passed on to the gateway',
      registers: [registry],
    }),
  }
}
