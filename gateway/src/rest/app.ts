import cors from 'cors'
import express, { type Express } from 'express'
import { rateLimit } from 'express-rate-limit'
import helmet from 'helmet'
import { pinoHttp } from 'pino-http'
import type { Registry } from 'prom-client'
import type { DeadLetter } from '@chat-battle/contracts/records/dead-letter'
import { maxBodyBytes } from '@chat-battle/contracts/rest/responses'
import { addressKey } from '@chat-battle/runtime/http/client-address'
import { answerMetrics, livenessPath } from '@chat-battle/runtime/process/metrics'
import type { GatewayMetrics } from '../metrics.ts'
import { OriginGuard, type OriginRules } from '../limits/origin-guard.ts'
import { errorHandler, refuse } from './errors.ts'
import { createOperatorRoutes } from './operator-routes.ts'
import { createRoutes, type RouteDeps } from './routes.ts'

export interface AppOptions extends Omit<RouteDeps, 'origins'>, OriginRules {
  requestsPerMinute: number
  operatorToken: string | undefined
  readDeadLetters: () => Promise<DeadLetter[]>
  registry: Registry
  metrics: GatewayMetrics
}

/** The methods that change nothing (RFC 9110, 9.2.1). */
const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS'])

/** The REST API as an Express application. */
export function createApp(options: AppOptions): Express {
  const { corsOrigins, trustsProxy, requestsPerMinute, operatorToken, registry, metrics, logger } = options
  const origins = new OriginGuard(options)
  const app = express()
  app.disable('x-powered-by')
  app.disable('etag')
  app.set('trust proxy', trustsProxy)
  app.use(
    pinoHttp({
      logger,
      quietReqLogger: true,
      customLogLevel: (_request, response) => (response.statusCode >= 500 ? 'warn' : 'debug'),
    }),
  )
  app.use((request, response, next) => {
    const stopTimer = metrics.requestSeconds.startTimer({ method: request.method })
    response.on('finish', () => {
      const route = (request.route as { path?: string } | undefined)?.path ?? 'none'
      stopTimer({ route, status: response.statusCode })
    })
    response.setHeader('cache-control', 'no-store')
    next()
  })
  // Whether a domain is to be reached by HTTPS only, is up to whoever has it: the edge.
  app.use(helmet({ strictTransportSecurity: false }))
  app.use(cors({ origin: [...corsOrigins], methods: ['GET', 'POST'], maxAge: 600 }))
  app.get(livenessPath, (_request, response) => {
    response.type('text').send('ok')
  })
  app.get('/metrics', (request, response) => answerMetrics(registry, operatorToken, request, response))
  app.use((request, response, next) => {
    if (safeMethods.has(request.method) || !origins.refuses(request)) return next()
    metrics.refused.inc({ kind: 'origin_not_allowed' })
    refuse(response, 'origin_not_allowed', 'pages of this origin may not change anything; see CORS_ORIGINS')
  })
  app.use(express.raw({ type: () => true, limit: maxBodyBytes }))
  app.use('/operator', createOperatorRoutes({ operatorToken, readDeadLetters: options.readDeadLetters }))
  app.use(
    '/api',
    rateLimit({
      windowMs: 60_000,
      limit: requestsPerMinute,
      standardHeaders: 'draft-8',
      legacyHeaders: false,
      keyGenerator: ({ ip = '' }) => addressKey(ip),
      skip: ({ path }) => path === '/health',
      handler(_request, response) {
        metrics.refused.inc({ kind: 'rate_limited' })
        refuse(
          response,
          'rate_limited',
          `at most ${requestsPerMinute} requests a minute; wait, or use Socket.IO`,
        )
      },
    }),
    createRoutes({ ...options, origins }),
  )
  app.use((_request, response) => {
    refuse(response, 'route_not_found', 'there is nothing here; see /api/openapi.json')
  })
  app.use(errorHandler(logger))
  return app
}
