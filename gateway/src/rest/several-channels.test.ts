import { createServer } from 'node:http'
import express from 'express'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ChannelStatusRecord } from '@chat-battle/contracts/records/channel-status'
import { errorBody } from '@chat-battle/contracts/rest/errors'
import { channelList, leasesTaken, snapshots } from '@chat-battle/contracts/rest/responses'
import { windowMs } from '@chat-battle/contracts/window'
import { listen } from '@chat-battle/runtime/http/listen'
import { createLogger } from '@chat-battle/runtime/process/logger'
import type { ConflatingProducer } from '@chat-battle/runtime/kafka/conflating-producer'
import { ChannelAllowance } from '../limits/channel-allowance.ts'
import { LeaseWriter } from '../kafka/lease-writer.ts'
import { OriginGuard } from '../limits/origin-guard.ts'
import { statsFixture } from '../stats.fixture.ts'
import { createChannels } from '../current/channels.ts'
import { StatsView } from '../current/stats-view.ts'
import { statusFixture } from '../current/status.fixture.ts'
import { StatusView } from '../current/status-view.ts'
import { errorHandler } from './errors.ts'
import { createRoutes } from './routes.ts'

const nowMs = 5 * windowMs + 1
const statsView = new StatsView(5000)
const statusView = new StatusView(5000)
const leased: string[] = []
let isKafkaThere = true
let url: string

const record = (given: Partial<ChannelStatusRecord> & { channel_login: string }): ChannelStatusRecord =>
  statusFixture({ channel_id: null, ...given })

const stack = new AsyncDisposableStack()
afterAll(() => stack.disposeAsync())
beforeAll(async () => {
  const producer: ConflatingProducer = {
    offer: (login) => void leased.push(login),
    send(login) {
      leased.push(login)
      return isKafkaThere ? Promise.resolve() : new Promise<void>(() => undefined)
    },
    clear: () => undefined,
    waiting: 0,
    [Symbol.asyncDispose]: () => Promise.resolve(),
  }
  const leases = new LeaseWriter(producer, () => undefined)
  const logger = createLogger('test', 'silent')
  const app = express()
  app.use(
    '/api',
    createRoutes({
      channels: createChannels(statsView, statusView, () => nowMs),
      statusView,
      leases,
      allowance: new ChannelAllowance({ maxChannels: 12, countsForMs: 60_000 }),
      health: () => {
        throw new Error('not of these tests')
      },
      isReady: () => true,
      origins: new OriginGuard({ corsOrigins: [], trustsProxy: () => false, logger }),
    }),
  )
  app.use(errorHandler(logger))
  const server = createServer(app)
  stack.defer(() => void server.close())
  url = `http://127.0.0.1:${await listen(server, 0, '127.0.0.1')}/api`

  statusView.apply(record({ channel_login: 'arena', channel_id: '1001' }))
  statusView.apply(record({ channel_login: 'gone', state: 'not_found' }))
  statusView.apply(record({ channel_login: 'left', channel_id: '1003', state: 'parted' }))
  statusView.apply(record({ channel_login: 'waiting', state: 'joining' }))
  statsView.apply(statsFixture({ window_start: 4 * windowMs, message_count: 3, final: true }))
  statsView.apply(statsFixture({ window_start: 5 * windowMs, message_count: 7 }))
})

const refused = async (response: Response) => ({
  status: response.status,
  kind: errorBody.parse(await response.json()).error.kind,
})

test('one request reads several channels, each by the name that was sent, and renews what is monitored', async () => {
  leased.length = 0
  const response = await fetch(`${url}/snapshots?channels=Arena,1001,gone,left,waiting,never,no%20name`)
  expect(response.status).toBe(200)
  const entries = snapshots.parse(await response.json()).snapshots
  expect(
    entries.map(({ asked, status, stats, error }) => [
      asked,
      status?.channel_login ?? null,
      status?.state ?? null,
      stats?.message_count ?? null,
      error?.kind ?? null,
    ]),
  ).toEqual([
    ['Arena', 'arena', 'joined', 7, null],
    ['1001', 'arena', 'joined', 7, null],
    ['gone', 'gone', 'not_found', null, 'channel_not_found'],
    ['left', null, null, null, 'channel_not_monitored'],
    ['waiting', 'waiting', 'joining', null, 'channel_not_monitored'],
    ['never', null, null, null, 'channel_not_monitored'],
    ['no name', null, null, null, 'malformed_channel'],
  ])
  expect(new Set(leased)).toEqual(new Set(['arena', 'gone', 'waiting']))
})

test('another window of several channels is read by its start', async () => {
  const read = async (start: number) => {
    const response = await fetch(`${url}/snapshots?channels=arena,waiting&window_start=${start}`)
    return snapshots.parse(await response.json()).snapshots
  }
  expect((await read(4 * windowMs))[0]).toMatchObject({ stats: { message_count: 3, final: true } })
  expect((await read(3 * windowMs))[0]).toMatchObject({ stats: null, error: { kind: 'window_not_found' } })
})

test('one request keeps several channels monitored; a refusal concerns one of them', async () => {
  leased.length = 0
  const response = await fetch(`${url}/watch?channels=New1,1001,no%20name`, { method: 'POST' })
  expect(response.status).toBe(202)
  const { leases } = leasesTaken.parse(await response.json())
  expect(leases).toMatchObject([
    { asked: 'New1', channel_login: 'new1', error: null },
    { asked: '1001', channel_login: 'arena', error: null },
    { asked: 'no name', channel_login: null, lease_until: null, error: { kind: 'malformed_channel' } },
  ])
  expect(leases.map(({ lease_until }) => lease_until !== null)).toEqual([true, true, false])
  expect(leased).toEqual(['new1', 'arena'])
})

test('an address that named too many channels is refused the next one, and keeps those that it has', async () => {
  const watch = async (names: string[]) => {
    const response = await fetch(`${url}/watch?channels=${names.join()}`, { method: 'POST' })
    return leasesTaken.parse(await response.json()).leases.map(({ error }) => error?.kind ?? 'ok')
  }
  await watch(Array.from({ length: 8 }, (_, index) => `many${index}`))
  await watch(Array.from({ length: 8 }, (_, index) => `more${index}`))
  expect(await watch(['many0', 'one_too_many'])).toEqual(['ok', 'rate_limited'])
  expect(leased).not.toContain('one_too_many')
})

test('a lease that Kafka does not acknowledge is an error of that channel', async () => {
  isKafkaThere = false
  const response = await fetch(`${url}/watch?channels=arena`, { method: 'POST' })
  isKafkaThere = true
  expect(leasesTaken.parse(await response.json()).leases).toMatchObject([
    { channel_login: 'arena', lease_until: null, error: { kind: 'not_ready' } },
  ])
})

test.each(['', '?channels=', '?channels=a,b,c,d,e,f,g,h,i', '?channels=a,b,c,d&channels=e,f,g,h,i'])(
  'a list of names %o is refused',
  async (query) => {
    const malformed = { status: 400, kind: 'malformed_request' }
    expect(await refused(await fetch(`${url}/snapshots${query}`))).toEqual(malformed)
    expect(await refused(await fetch(`${url}/watch${query}`, { method: 'POST' }))).toEqual(malformed)
  },
)

test('a parameter that is given twice is one list', async () => {
  const response = await fetch(`${url}/snapshots?channels=arena&channels=gone`)
  expect(snapshots.parse(await response.json()).snapshots.map(({ asked }) => asked)).toEqual([
    'arena',
    'gone',
  ])
})

test('the list of channels comes in bounded pages, each channel once', async () => {
  const logins = Array.from({ length: 250 }, (_, index) => `page_${String(index).padStart(3, '0')}`)
  for (const channel_login of logins) statusView.apply(record({ channel_login }))
  const read = async (query: string) =>
    channelList.parse(await (await fetch(`${url}/channels${query}`)).json())

  const first = await read('')
  expect(first.channels).toHaveLength(100)
  const seen: string[] = []
  let cursor: string | null = ''
  for (let pages = 0; cursor !== null; pages++) {
    expect(pages).toBeLessThan(10)
    const page: typeof first = await read(`?limit=60${cursor === '' ? '' : `&cursor=${cursor}`}`)
    expect(page.channels.length).toBeLessThanOrEqual(60)
    seen.push(...page.channels.map(({ channel_login }) => channel_login))
    cursor = page.next_cursor
  }
  expect(seen).toEqual(['arena', 'gone', ...logins, 'waiting'])
  expect((await read('?limit=1000')).next_cursor).toBeNull()
})

test('the list holds only what a request names, and only the states that it wants', async () => {
  const read = async (query: string) =>
    channelList
      .parse(await (await fetch(`${url}/channels${query}`)).json())
      .channels.map(({ channel_login }) => channel_login)
  expect(await read('?logins=WAITING,1001,left,never')).toEqual(['arena', 'waiting'])
  expect(await read('?logins=')).toEqual([])
  expect(await read('?state=not_found,joining')).toEqual(['gone', 'waiting'])
})

test.each([
  ['?limit=0', 'malformed_request'],
  ['?limit=1001', 'malformed_request'],
  ['?limit=ten', 'malformed_request'],
  ['?cursor=A%20b', 'malformed_request'],
  ['?state=asleep', 'malformed_request'],
  ['?logins=no%20name', 'malformed_channel'],
])('a list with %s is refused with %s', async (query, kind) => {
  const response = await fetch(`${url}/channels${query}`)
  expect(await refused(response)).toEqual({ status: 400, kind })
})
