import { createServer, request as httpRequest, type IncomingMessage } from 'node:http'
import { once } from 'node:events'
import { Registry } from 'prom-client'
import { expect, onTestFinished, test } from 'vitest'
import { channelStatusRecord } from '@chat-battle/contracts/records/channel-status'
import { errorBody } from '@chat-battle/contracts/rest/errors'
import { trustInPeer } from '@chat-battle/runtime/http/client-address'
import { listen } from '@chat-battle/runtime/http/listen'
import { createLogger } from '@chat-battle/runtime/process/logger'
import { ChannelAllowance } from '../limits/channel-allowance.ts'
import { LeaseWriter } from '../kafka/lease-writer.ts'
import { createGatewayMetrics } from '../metrics.ts'
import { statsFixture } from '../stats.fixture.ts'
import { createChannels } from '../current/channels.ts'
import { StatsView } from '../current/stats-view.ts'
import { StatusView } from '../current/status-view.ts'
import { createApp, type AppOptions } from './app.ts'

const watch = '/api/channels/arena/watch'
const stats = '/api/channels/arena/stats'

/** The REST API with one channel that is monitored; `leased` are the leases that it wrote. */
async function start(given: Partial<AppOptions> = {}) {
  const leased: string[] = []
  const producer = {
    offer: (key: string) => void leased.push(key),
    send: (key: string) => Promise.resolve(void leased.push(key)),
    clear: () => undefined,
    waiting: 0,
    [Symbol.asyncDispose]: () => Promise.resolve(),
  }
  const [statsView, statusView] = [new StatsView(10), new StatusView(10)]
  statsView.apply(statsFixture())
  const joined = { state: 'joined', since: 1, gaps: [], ingest: 'a', epoch: 1, heard_until: null }
  statusView.apply(channelStatusRecord.parse({ channel_login: 'arena', channel_id: '1001', ...joined }))
  const none = () => 0
  const observed = { sockets: none, subscribedChannels: none, cachedChannels: none, cachedWindows: none }
  const app = createApp({
    channels: createChannels(statsView, statusView, () => 0),
    statusView,
    leases: new LeaseWriter(producer, () => undefined),
    allowance: new ChannelAllowance({ maxChannels: 1000, countsForMs: 60_000 }),
    health: () => ({
      status: 'ok',
      kafka: { connected: true, lag: 0 },
      cache: { channels: 0, windows: 0, age_ms: null },
      clock_skew_ms: null,
    }),
    isReady: () => true,
    corsOrigins: ['https://allowed.example'],
    trustsProxy: trustInPeer(['loopback']),
    requestsPerMinute: 1000,
    operatorToken: undefined,
    readDeadLetters: () => Promise.resolve([]),
    registry: new Registry(),
    metrics: createGatewayMetrics(new Registry(), { ...observed, lag: none, clockSkewMs: none }),
    logger: createLogger('test', 'silent'),
    ...given,
  })
  const http = createServer(app)
  onTestFinished(() => void http.close())
  const port = await listen(http, 0, '127.0.0.1')
  const ask = async (method: string, path: string, headers: Record<string, string> = {}) => {
    const request = httpRequest({ host: '127.0.0.1', port, method, path, headers, agent: false }).end()
    const [response] = (await once(request, 'response')) as [IncomingMessage]
    const text = Buffer.concat((await response.toArray()) as Buffer[]).toString()
    return { status: response.statusCode, headers: response.headers, text }
  }
  return { ask, leased }
}

const ownHost = { host: 'chat.example' }
const foreign: [string, Record<string, string>][] = [
  ['of another origin', { ...ownHost, origin: 'https://other.example', 'content-type': 'text/plain' }],
  ['of a sandboxed page', { ...ownHost, origin: 'null' }],
  ['of another port', { ...ownHost, origin: 'https://chat.example:8443' }],
  ['that a browser calls cross-site', { ...ownHost, 'sec-fetch-site': 'cross-site' }],
  ['that a browser calls same-site', { ...ownHost, 'sec-fetch-site': 'same-site' }],
]
const own: [string, Record<string, string>][] = [
  ['without an origin', ownHost],
  ['of its own origin', { ...ownHost, origin: 'https://chat.example' }],
  [
    'of its own origin, whose port the proxy writes',
    { host: 'chat.example:443', origin: 'https://chat.example' },
  ],
  ['of the origin that web forwards', { 'x-forwarded-host': 'Chat.Example', origin: 'https://chat.example' }],
  ['of an allowed origin', { origin: 'https://allowed.example', 'sec-fetch-site': 'cross-site' }],
  ['that a browser calls same-origin', { 'sec-fetch-site': 'same-origin', origin: 'https://chat.example' }],
  ['that somebody typed', { 'sec-fetch-site': 'none' }],
]

test.each(foreign)('a request %s changes nothing', async (_, headers) => {
  const { ask, leased } = await start()
  for (const [method, path] of [
    ['POST', watch],
    ['POST', '/operator/dead-letters'],
    ['DELETE', '/api/channels/arena'],
  ] as const) {
    const { status, text } = await ask(method, path, headers)
    expect(status).toBe(403)
    expect(errorBody.parse(JSON.parse(text)).error.kind).toBe('origin_not_allowed')
  }
  expect((await ask('GET', stats, headers)).status).toBe(200)
  expect(leased).toEqual([])
})

test.each(own)('a request %s may', async (_, headers) => {
  const { ask, leased } = await start()
  expect((await ask('GET', stats, headers)).status).toBe(200)
  expect(leased).toEqual(['arena'])
  expect((await ask('POST', watch, headers)).status).toBe(202)
  expect(leased).toEqual(['arena', 'arena'])
})

test('answers leave it to the edge whether a domain is reached by HTTPS only', async () => {
  const { ask } = await start()
  const { headers } = await ask('GET', stats)
  expect(headers).not.toHaveProperty('strict-transport-security')
  expect(headers).toHaveProperty('x-content-type-options', 'nosniff')
})

test('requests are limited per IPv4 address, and per IPv6 network', async () => {
  const { ask } = await start({ requestsPerMinute: 2 })
  const from = async (address: string) => (await ask('GET', stats, { 'x-forwarded-for': address })).status
  expect([await from('203.0.113.1'), await from('::ffff:203.0.113.1'), await from('203.0.113.1')]).toEqual([
    200, 200, 429,
  ])
  expect(await from('203.0.113.2')).toBe(200)
  expect([await from('2001:db8::1'), await from('2001:db8::f:1'), await from('2001:db8::2')]).toEqual([
    200, 200, 429,
  ])
  expect(await from('2001:db8:0:1::1')).toBe(200)
})

test('health is not limited', async () => {
  const { ask } = await start({ requestsPerMinute: 1 })
  for (let index = 0; index < 3; index++) expect((await ask('GET', '/api/health')).status).toBe(200)
})

test('an address that only the client forwards has no limit of its own', async () => {
  const { ask } = await start({ requestsPerMinute: 2 })
  const from = async (claimed: string) =>
    (await ask('GET', stats, { 'x-forwarded-for': `${claimed}, 10.0.0.5` })).status
  expect([await from('203.0.113.1'), await from('203.0.113.2'), await from('203.0.113.3')]).toEqual([
    200, 200, 429,
  ])
})

test('of several addresses that web is sent by another, the last one counts, whoever has it', async () => {
  const { ask } = await start({ requestsPerMinute: 2, trustsProxy: trustInPeer(['loopback', 'uniquelocal']) })
  const from = async (claimed: string) =>
    (await ask('GET', stats, { 'x-forwarded-for': `${claimed}, 10.0.0.5` })).status
  expect([await from('203.0.113.1'), await from('203.0.113.2'), await from('203.0.113.3')]).toEqual([
    200, 200, 429,
  ])
})

test('what is forwarded by others than web is not believed', async () => {
  const { ask } = await start({ requestsPerMinute: 2, trustsProxy: trustInPeer(['192.0.2.1']) })
  const from = async (claimed: string) => (await ask('GET', stats, { 'x-forwarded-for': claimed })).status
  expect([await from('203.0.113.1'), await from('203.0.113.2'), await from('203.0.113.3')]).toEqual([
    200, 200, 429,
  ])
})

test('an address may ask for so many channels, and keep so many joined by reading', async () => {
  const { ask, leased } = await start({
    allowance: new ChannelAllowance({ maxChannels: 1, countsForMs: 60_000 }),
  })
  const from = async (method: string, path: string, address: string) =>
    (await ask(method, path, { 'x-forwarded-for': address })).status
  expect(await from('POST', '/api/channels/other/watch', '2001:db8::1')).toBe(202)
  expect(await from('POST', watch, '2001:db8::2')).toBe(429)
  expect(await from('GET', stats, '2001:db8::2')).toBe(200)
  expect(leased).toEqual(['other'])
  expect(await from('GET', stats, '2001:db8:0:1::1')).toBe(200)
  expect(leased).toEqual(['other', 'arena'])
})

test.each(['/metrics', '/operator/dead-letters'])(
  '%s is refused to pages, and to names of other hosts',
  async (path) => {
    const { ask } = await start()
    expect((await ask('GET', path)).status).toBe(200)
    expect((await ask('GET', path, { host: 'rebound.example' })).status).toBe(401)
    expect((await ask('GET', path, { 'sec-fetch-site': 'cross-site' })).status).toBe(401)
  },
)
