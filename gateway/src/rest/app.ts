import cors from 'cors'
import express, { type Express, type RequestHandler } from 'express'
import { rateLimit } from 'express-rate-limit'
import helmet from 'helmet'
import { pinoHttp } from 'pino-http'
import type { Registry } from 'prom-client'
import { maxBodyBytes } from '@chat-battle/contracts/rest/route'
import { maxHistories } from '@chat-battle/contracts/rest/routes/get-history'
import { maxExports } from '@chat-battle/contracts/rest/routes/export-messages'
import { protocolHeader, protocolVersion } from '@chat-battle/contracts/version'
import { addressKey } from '@chat-battle/runtime/http/client-address'
import { answerMetrics, livenessPath } from '@chat-battle/runtime/process/metrics'
import type { GatewayMetrics } from '../metrics.ts'
import { OriginGuard, type OriginRules } from '../limits/origin-guard.ts'
import { maxSearches } from '@chat-battle/contracts/rest/routes/search-messages'
import { Places } from '../limits/places.ts'
import { errorHandler, refuse, refuseOtherMethods } from './errors.ts'
import { describeRoutes } from './openapi.ts'
import { createPictureRouter, type PictureRouterOptions } from './picture-router.ts'
import { createRouter, type RouterOptions } from './router.ts'
import { endpoints } from './routes/index.ts'

export interface AppOptions
  extends
    Omit<RouterOptions, 'origins' | 'openApi' | 'exports' | 'histories' | 'searches'>,
    PictureRouterOptions,
    OriginRules {
  requestsPerMinute: number
  registry: Registry
  metrics: GatewayMetrics
}

/** A page of emotes has many pictures. */
const picturesPerRequest = 10

/** The methods that change nothing (RFC 9110, 9.2.1). */
const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS'])

/** The REST API as an Express application. */
export function createApp(options: AppOptions): Express {
  const { corsOrigins, trustsProxy, metrics, logger } = options
  const origins = new OriginGuard(options)
  const app = express()
  app.disable('x-powered-by')
  app.disable('etag')
  app.set('trust proxy', trustsProxy)
  app.use(logRequests(options), measureRequests(metrics))
  // HTTPS only is a decision of whoever owns the domain, so the edge sets this header.
  app.use(helmet({ strictTransportSecurity: false }))
  const exposedHeaders = [protocolHeader, 'retry-after']
  app.use(cors({ origin: [...corsOrigins], methods: ['GET', 'POST'], maxAge: 600, exposedHeaders }))
  app.use(processRoutes(options))
  app.use(refuseForeignChanges(origins, metrics))
  app.use(express.raw({ type: () => true, limit: maxBodyBytes }))
  app.use(['/api', '/operator'], limitRate(options, options.requestsPerMinute))
  app.use(
    '/emotes',
    limitRate(options, options.requestsPerMinute * picturesPerRequest),
    createPictureRouter(options),
  )
  const openApi = describeRoutes(endpoints.map(({ route }) => route))
  const places = {
    exports: new Places(maxExports),
    histories: new Places(maxHistories),
    searches: new Places(maxSearches),
  }
  app.use(createRouter(endpoints, { ...options, ...places, origins, openApi: () => openApi }))
  app.use((_request, response) => {
    refuse(response, 'route_not_found', 'this path does not exist; see /api/openapi.json')
  })
  app.use(errorHandler(logger))
  return app
}

function logRequests({ logger }: AppOptions): RequestHandler {
  return pinoHttp({
    logger,
    quietReqLogger: true,
    customLogLevel: (_request, response) => (response.statusCode >= 500 ? 'warn' : 'debug'),
  })
}

function measureRequests(metrics: GatewayMetrics): RequestHandler {
  return (request, response, next) => {
    const stopTimer = metrics.requestSeconds.startTimer({ method: request.method })
    response.on('finish', () => {
      const route = (request.route as { path?: string } | undefined)?.path ?? 'none'
      stopTimer({ route, status: response.statusCode })
    })
    response.setHeader('cache-control', 'no-store')
    response.setHeader(protocolHeader, String(protocolVersion))
    next()
  }
}

/** The routes that every service has: they are no part of the API. */
function processRoutes({ registry, operatorToken }: AppOptions): express.Router {
  const router = express.Router()
  router
    .route(livenessPath)
    .get((_request, response) => void response.type('text').send('ok'))
    .all(refuseOtherMethods(['GET']))
  router
    .route('/metrics')
    .get((request, response) => answerMetrics(registry, operatorToken, request, response))
    .all(refuseOtherMethods(['GET']))
  return router
}

function refuseForeignChanges(origins: OriginGuard, metrics: GatewayMetrics): RequestHandler {
  return (request, response, next) => {
    if (safeMethods.has(request.method) || !origins.refuses(request)) return next()
    metrics.refused.inc({ kind: 'origin_not_allowed' })
    refuse(response, 'origin_not_allowed', 'pages of this origin may not change anything; see CORS_ORIGINS')
  }
}

/** Limits requests per address, also those to unknown paths, except to routes that their definition exempts. */
function limitRate({ metrics }: AppOptions, requestsPerMinute: number): RequestHandler {
  const unlimited = new Set<string>(
    endpoints.filter(({ route }) => !route.isRateLimited).map(({ route }) => route.path),
  )
  return rateLimit({
    windowMs: 60_000,
    limit: requestsPerMinute,
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    keyGenerator: ({ ip = '' }) => addressKey(ip),
    skip: ({ baseUrl, path }) => unlimited.has(baseUrl + path),
    handler(_request, response) {
      metrics.refused.inc({ kind: 'rate_limited' })
      refuse(
        response,
        'rate_limited',
        `at most ${requestsPerMinute} requests per minute and address; wait, or use Socket.IO`,
      )
    },
  })
}
