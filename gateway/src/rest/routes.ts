import { Router, type Request } from 'express'
import type { Health, LeasesTaken, Snapshots, WatchAccepted } from '@chat-battle/contracts/rest/responses'
import { windowMs } from '@chat-battle/contracts/window'
import { giveUp } from '../give-up.ts'
import type { LeaseWriter } from '../kafka/lease-writer.ts'
import type { ChannelAllowance } from '../limits/channel-allowance.ts'
import { RequestRefused, type Channels } from '../current/channels.ts'
import type { OriginGuard } from '../limits/origin-guard.ts'
import type { StatusView } from '../current/status-view.ts'
import { pageOf, readListQuery } from './channel-list.ts'
import { leaseOf, readNames, snapshotOf } from './several-channels.ts'
import { openApiDocument } from './openapi.ts'

/** How long a lease may take to be acknowledged before the request is given up. */
const leaseWithinMs = 3000

export interface RouteDeps {
  channels: Channels
  statusView: StatusView
  leases: LeaseWriter
  allowance: ChannelAllowance
  origins: OriginGuard
  health: () => Health
  isReady: () => boolean
}

/** The routes of the REST API, below `/api`; `rest/openapi.ts` describes each. */
export function createRoutes(deps: RouteDeps): Router {
  const { channels, statusView, leases, allowance, origins, health, isReady } = deps
  const router = Router()
  // Pages of other sites read what is public, by images and scripts too, and keep no channel joined by it.
  const mayAsk = (request: Request, login: string) =>
    !origins.isForeign(request) && allowance.ask(request.ip ?? '', login)
  const requireReady = () => {
    if (!isReady())
      throw new RequestRefused('not_ready', 'still starting, or Kafka is away; try again in a few seconds')
  }

  const takeLease = (login: string) => Promise.race([leases.take(login), giveUp(leaseWithinMs)])

  router.get('/channels', (request, response) => {
    requireReady()
    response.json(pageOf(statusView.monitored(), readListQuery(request.query, channels)))
  })

  router.get('/snapshots', (request, response) => {
    requireReady()
    const start = parseStart(request.query.window_start)
    const renew = (login: string) => {
      if (mayAsk(request, login)) leases.renew(login)
    }
    response.json({
      snapshots: readNames(request.query.channels).map((asked) => snapshotOf(channels, asked, start, renew)),
    } satisfies Snapshots)
  })

  router.post('/watch', async (request, response) => {
    requireReady()
    const take = (login: string) => {
      if (!mayAsk(request, login)) throw allowance.refusal()
      return takeLease(login)
    }
    const taken = readNames(request.query.channels).map((asked) => leaseOf(channels, asked, take))
    response.status(202).json({ leases: await Promise.all(taken) } satisfies LeasesTaken)
  })

  router.get('/channels/:channel/stats', (request, response) => {
    requireReady()
    const login = channels.resolve(request.params.channel)
    // Also of one that does not exist so far: it is tried again for as long as somebody asks.
    if (channels.isMonitored(login) && mayAsk(request, login)) leases.renew(login)
    response.json(channels.stats(login, parseStart(request.query.window_start)))
  })

  router.post('/channels/:channel/watch', async (request, response) => {
    requireReady()
    const login = channels.resolve(request.params.channel)
    if (!mayAsk(request, login)) throw allowance.refusal()
    const lease_until = await takeLease(login)
    response.status(202).json({ channel_login: login, lease_until } satisfies WatchAccepted)
  })

  router.get('/health', (_request, response) => {
    const body = health()
    response.status(body.status === 'ok' ? 200 : 503).json(body)
  })

  router.get('/openapi.json', (_request, response) => {
    response.json(openApiDocument)
  })

  return router
}

function parseStart(given: unknown): number | undefined {
  if (given === undefined) return undefined
  const start = typeof given === 'string' && /^[0-9]{1,15}$/.test(given) ? Number(given) : NaN
  if (start % windowMs === 0) return start
  throw new RequestRefused(
    'malformed_request',
    `window_start is epoch milliseconds, a multiple of ${windowMs}`,
  )
}
