import cors from 'cors'
import express, { type Express } from 'express'
import { rateLimit } from 'express-rate-limit'
import helmet from 'helmet'
import { pinoHttp } from 'pino-http'
import type { Registry } from 'prom-client'
import type { Logger } from '@chat-battle/service/logger'
import type { PoisonRecord } from '@chat-battle/contracts/poison-record'
import { maxBodyBytes } from '@chat-battle/contracts/rest'
import { answerMetrics, livenessPath } from '@chat-battle/service/metrics'
import type { GatewayMetrics } from '../metrics.ts'
import { errorHandler, refuse } from './errors.ts'
import { createOperatorRoutes } from './operator-routes.ts'
import { createRoutes, type RouteDeps } from './routes.ts'

export interface AppOptions extends RouteDeps {
  corsOrigins: readonly string[]
  trustedProxies: readonly string[]
  requestsPerMinute: number
  operatorToken: string | undefined
  readPoison: () => Promise<PoisonRecord[]>
  registry: Registry
  metrics: GatewayMetrics
  logger: Logger
}

/** The REST API as an Express application. */
export function createApp(options: AppOptions): Express {
  const { corsOrigins, trustedProxies, requestsPerMinute, operatorToken, registry, metrics, logger } = options
  const app = express()
  app.disable('x-powered-by')
  app.disable('etag')
  app.set('trust proxy', [...trustedProxies])
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
  app.use(helmet())
  app.use(cors({ origin: [...corsOrigins], methods: ['GET', 'POST'], maxAge: 600 }))
  app.get(livenessPath, (_request, response) => {
    response.type('text').send('ok')
  })
  app.get('/metrics', (request, response) => answerMetrics(registry, operatorToken, request, response))
  app.use(express.raw({ type: () => true, limit: maxBodyBytes }))
  app.use('/operator', createOperatorRoutes({ operatorToken, readPoison: options.readPoison }))
  app.use(
    '/api',
    rateLimit({
      windowMs: 60_000,
      limit: requestsPerMinute,
      standardHeaders: 'draft-8',
      legacyHeaders: false,
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
    createRoutes(options),
  )
  app.use((_request, response) => {
    refuse(response, 'route_not_found', 'there is nothing here; see /api/openapi.json')
  })
  app.use(errorHandler(logger))
  return app
}
