import { describe, expect, test } from 'vitest'
import { errorBody } from '@chat-battle/contracts/rest/errors'
import { protocolHeader, protocolVersion } from '@chat-battle/contracts/version'
import { trustInPeer } from '@chat-battle/runtime/http/client-address'
import { ChannelAllowance } from '../limits/channel-allowance.ts'
import { statsFixture } from '../stats.fixture.ts'
import type { AppOptions } from './app.ts'
import { recordOf, startRest } from './rest.fixture.ts'

const watch = '/api/channels/arena/watch'
const stats = '/api/channels/arena/stats'

async function start(given: Partial<AppOptions> = {}) {
  const rest = await startRest(given)
  rest.statsView.apply(statsFixture())
  rest.statusView.apply(recordOf({ channel_login: 'arena', channel_id: '1001' }))
  return rest
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
  ['that a person typed into the address bar', { 'sec-fetch-site': 'none' }],
]

test.each(foreign)(
  'a request %s is refused if it changes something, and renews no lease if it reads',
  async (_, headers) => {
    const { send, leased } = await start()
    for (const [method, path] of [
      ['POST', watch],
      ['POST', '/operator/dead-letters'],
      ['DELETE', '/api/channels/arena'],
    ] as const) {
      const { status, text } = await send(method, path, headers)
      expect(status).toBe(403)
      expect(errorBody.parse(JSON.parse(text)).error.kind).toBe('origin_not_allowed')
    }
    expect((await send('GET', stats, headers)).status).toBe(200)
    expect(leased).toEqual([])
  },
)

test.each(own)('a request %s may read and watch', async (_, headers) => {
  const { send, leased } = await start()
  expect((await send('GET', stats, headers)).status).toBe(200)
  expect(leased).toEqual(['arena'])
  expect((await send('POST', watch, headers)).status).toBe(202)
  expect(leased).toEqual(['arena', 'arena'])
})

test('responses leave Strict-Transport-Security to the edge', async () => {
  const { send } = await start()
  const { headers } = await send('GET', stats)
  expect(headers).not.toHaveProperty('strict-transport-security')
  expect(headers).toHaveProperty('x-content-type-options', 'nosniff')
})

test('limits requests per IPv4 address and per IPv6 network', async () => {
  const { send } = await start({ requestsPerMinute: 2 })
  const from = async (address: string) => (await send('GET', stats, { 'x-forwarded-for': address })).status
  expect([await from('203.0.113.1'), await from('::ffff:203.0.113.1'), await from('203.0.113.1')]).toEqual([
    200, 200, 429,
  ])
  expect(await from('203.0.113.2')).toBe(200)
  expect([await from('2001:db8::1'), await from('2001:db8::f:1'), await from('2001:db8::2')]).toEqual([
    200, 200, 429,
  ])
  expect(await from('2001:db8:0:1::1')).toBe(200)
})

test('does not limit requests for health', async () => {
  const { send } = await start({ requestsPerMinute: 1 })
  for (let index = 0; index < 3; index++) expect((await send('GET', '/api/health')).status).toBe(200)
})

test('gives no separate limit to an address that the client claims', async () => {
  const { send } = await start({ requestsPerMinute: 2 })
  const from = async (claimed: string) =>
    (await send('GET', stats, { 'x-forwarded-for': `${claimed}, 10.0.0.5` })).status
  expect([await from('203.0.113.1'), await from('203.0.113.2'), await from('203.0.113.3')]).toEqual([
    200, 200, 429,
  ])
})

test('limits by the last forwarded address, even if the one before it is trusted', async () => {
  const { send } = await start({
    requestsPerMinute: 2,
    trustsProxy: trustInPeer(['loopback', 'uniquelocal']),
  })
  const from = async (claimed: string) =>
    (await send('GET', stats, { 'x-forwarded-for': `${claimed}, 10.0.0.5` })).status
  expect([await from('203.0.113.1'), await from('203.0.113.2'), await from('203.0.113.3')]).toEqual([
    200, 200, 429,
  ])
})

test('ignores forwarded addresses from a proxy that is not trusted', async () => {
  const { send } = await start({ requestsPerMinute: 2, trustsProxy: trustInPeer(['192.0.2.1']) })
  const from = async (claimed: string) => (await send('GET', stats, { 'x-forwarded-for': claimed })).status
  expect([await from('203.0.113.1'), await from('203.0.113.2'), await from('203.0.113.3')]).toEqual([
    200, 200, 429,
  ])
})

test('limits the channels that an address requests or keeps joined by reading', async () => {
  const { send, leased } = await start({
    allowance: new ChannelAllowance({ maxChannels: 1, countsForMs: 60_000 }),
  })
  const from = async (method: string, path: string, address: string) =>
    (await send(method, path, { 'x-forwarded-for': address })).status
  expect(await from('POST', '/api/channels/other/watch', '2001:db8::1')).toBe(202)
  expect(await from('POST', watch, '2001:db8::2')).toBe(429)
  expect(await from('GET', stats, '2001:db8::2')).toBe(200)
  expect(leased).toEqual(['other'])
  expect(await from('GET', stats, '2001:db8:0:1::1')).toBe(200)
  expect(leased).toEqual(['other', 'arena'])
})

test.each(['/metrics', '/operator/dead-letters'])(
  'refuses %s to pages and to foreign host names',
  async (path) => {
    const { send } = await start()
    expect((await send('GET', path)).status).toBe(200)
    expect((await send('GET', path, { host: 'rebound.example' })).status).toBe(401)
    expect((await send('GET', path, { 'sec-fetch-site': 'cross-site' })).status).toBe(401)
  },
)

describe('a request that no route serves', () => {
  test.each([
    ['DELETE', '/api/channels', 405, 'GET, HEAD'],
    ['POST', stats, 405, 'GET, HEAD'],
    ['GET', watch, 405, 'POST'],
    ['PUT', '/operator/dead-letters', 405, 'GET, HEAD'],
    ['POST', '/metrics', 405, 'GET, HEAD'],
    ['GET', '/api/nothing', 404, undefined],
    ['GET', '/operator/nothing', 404, undefined],
    ['DELETE', '/', 404, undefined],
  ])('%s %s gets %i with Allow: %s', async (method, path, status, allow) => {
    const { send } = await start()
    const response = await send(method, path)
    expect(response.status).toBe(status)
    expect(response.headers.allow).toBe(allow)
    expect(errorBody.parse(JSON.parse(response.text)).error.kind).toBe(
      status === 405 ? 'method_not_allowed' : 'route_not_found',
    )
  })
})

test.each([stats, '/api/nothing', '/api/openapi.json'])(
  'the response of %s has the protocol version',
  async (path) => {
    const { send } = await start()
    expect((await send('GET', path)).headers[protocolHeader]).toBe(String(protocolVersion))
  },
)

test.each([stats, watch, '/api/snapshots?channels=arena', '/api/watch?channels=arena', '/api/channels'])(
  'refuses %s before the topics are read',
  async (path) => {
    const { send, leased } = await start({ isReady: () => false })
    const response = await send(path.includes('watch') ? 'POST' : 'GET', path)
    expect(response.status).toBe(503)
    expect(errorBody.parse(JSON.parse(response.text)).error.kind).toBe('not_ready')
    expect(leased).toEqual([])
  },
)
