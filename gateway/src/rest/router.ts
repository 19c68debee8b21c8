import { Router, type Request, type RequestHandler } from 'express'
import { isOperator } from '@chat-battle/runtime/http/operator-access'
import type { LeaseWriter } from '../kafka/lease-writer.ts'
import type { ChannelAllowance } from '../limits/channel-allowance.ts'
import type { OriginGuard } from '../limits/origin-guard.ts'
import type { Route, StreamedBody } from '@chat-battle/contracts/rest/route'
import { RequestRefused } from '../refusal.ts'
import type { Endpoint, RestContext } from './endpoint.ts'
import { refuseOtherMethods } from './errors.ts'
import { createInputReader } from './read-input.ts'
import { RequestLeases } from './request-leases.ts'
import { sendStream } from './send-stream.ts'

export interface RouterOptions extends RestContext {
  leases: LeaseWriter
  allowance: ChannelAllowance
  origins: Pick<OriginGuard, 'isForeign'>
  isReady: () => boolean
  operatorToken: string | undefined
}

const methods = { GET: 'get', POST: 'post', DELETE: 'delete' } as const

/** Serves the endpoints, and answers 405 to every other method of their paths. */
export function createRouter(endpoints: readonly Endpoint[], options: RouterOptions): Router {
  const router = Router()
  for (const [path, served] of Map.groupBy(endpoints, ({ route }) => route.path)) {
    const route = router.route(path.replaceAll(/\{(\w+)\}/g, ':$1'))
    for (const each of served) {
      const handler = handlerOf(each, options)
      route[methods[each.route.method]](handler)
    }
    route.all(refuseOtherMethods(served.map(({ route: { method } }) => method)))
  }
  return router
}

function handlerOf({ route, handle }: Endpoint, options: RouterOptions): RequestHandler {
  const readInput = createInputReader(route)
  return async (request, response) => {
    if (route.access === 'operator' && !isOperator(request, options.operatorToken)) {
      throw new RequestRefused('unauthorized', 'this route needs OPERATOR_TOKEN as a bearer token')
    }
    if (route.needsView && !options.isReady()) {
      throw new RequestRefused('not_ready', 'the gateway is starting or stopping; try again in a few seconds')
    }
    const leases = new RequestLeases(options.leases, options.allowance, addressOf(request, options))
    const { status, body } = await handle(
      options,
      readInput({ params: request.params, query: request.query, body: request.body }),
      { leases },
    )
    if (isStreamed(route, status)) await sendStream(response.status(status), body as StreamedBody)
    else response.status(status).json(body)
  }
}

function isStreamed({ responses }: Route, status: number): boolean {
  return responses[status]?.streamedAs !== undefined
}

function addressOf(request: Request, { origins }: RouterOptions): string | undefined {
  return origins.isForeign(request) ? undefined : (request.ip ?? '')
}
