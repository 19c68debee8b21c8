import { once } from 'node:events'
import { createServer, request as httpRequest, type IncomingMessage } from 'node:http'
import { connect, type Socket } from 'node:net'
import { afterAll, expect, test } from 'vitest'
import { errorBody } from '@chat-battle/contracts/rest/errors'
import { listen } from '@chat-battle/runtime/http/listen'
import { createLogger } from '@chat-battle/runtime/process/logger'
import { readConfig } from './config.ts'
import { startWeb } from './service.ts'

const claimed = { 'x-forwarded-for': '203.0.113.9' }
const stack = new AsyncDisposableStack()
afterAll(() => stack.disposeAsync())

/** A gateway that answers with the target, the address and the headers that it was sent, upgrades too. */
async function startGateway(): Promise<number> {
  const describe = ({ url, headers }: IncomingMessage) =>
    JSON.stringify({ url, headers, address: headers['x-forwarded-for'] })
  const gateway = createServer((request, response) => response.end(describe(request)))
  gateway.on('upgrade', (request, socket) => {
    const body = describe(request)
    socket.end(`HTTP/1.1 403 Forbidden\r\nContent-Length: ${body.length}\r\n\r\n${body}`)
  })
  stack.defer(() => void gateway.close())
  return listen(gateway, 0, '127.0.0.1')
}

/** `web` with a page that answers with the address it was asked from. */
async function start(
  gatewayPort: number,
  settings: NodeJS.ProcessEnv = {},
  logger = createLogger('test', 'silent'),
): Promise<string> {
  const given = { GATEWAY_URL: `http://127.0.0.1:${gatewayPort}`, WEB_PORT: '0', ...settings }
  const web = await startWeb(readConfig(given), logger, (request, response) =>
    response.end(JSON.stringify({ page: true, url: request.url, address: request.clientAddress })),
  )
  stack.use(web)
  return `http://127.0.0.1:${web.port}`
}

interface Seen {
  page?: boolean
  url: string
  address: string
  headers: Record<string, string>
}

/** What answered a request for exactly this target, and what it was sent. */
async function ask(url: string, path: string, headers: Record<string, string> = {}): Promise<Seen> {
  const { port } = new URL(url)
  const request = httpRequest({ host: '127.0.0.1', port, path, headers, agent: false }).end()
  const [response] = (await once(request, 'response')) as [IncomingMessage]
  const text = Buffer.concat((await response.toArray()) as Buffer[]).toString()
  return { status: response.statusCode, ...JSON.parse(text) } as Seen & { status: number }
}

const upgrade = { connection: 'Upgrade', upgrade: 'websocket' }
const untrusted = { WEB_TRUSTED_PROXIES: '192.0.2.1' }

test('an address that a client claims reaches neither the gateway nor the page', async () => {
  const url = await start(await startGateway(), untrusted)
  for (const path of ['/api/channels', '/'])
    expect(await ask(url, path, claimed)).toMatchObject({ address: '127.0.0.1' })
  expect(await ask(url, '/socket.io/', { ...claimed, ...upgrade })).toMatchObject({ address: '127.0.0.1' })
})

test.each([
  ['the client', '203.0.113.9', '203.0.113.9'],
  ['a client that claims another', '198.51.100.1, 203.0.113.9', '203.0.113.9'],
  ['a client of a private network that does', '198.51.100.1, 10.0.0.5', '10.0.0.5'],
  ['one that is no address', '198.51.100.1, unknown', '127.0.0.1'],
])('of a proxy on this machine, the one address of %s reaches both', async (_, forwarded, expected) => {
  const url = await start(await startGateway())
  const headers = { 'x-forwarded-for': forwarded }
  for (const path of ['/api/channels', '/'])
    expect(await ask(url, path, headers)).toMatchObject({ address: expected })
  expect(await ask(url, '/socket.io/', { ...headers, ...upgrade })).toMatchObject({ address: expected })
})

test('nothing else that a proxy or a client forwards reaches the gateway', async () => {
  const gatewayPort = await startGateway()
  const forwarded = {
    ...claimed,
    forwarded: 'for=203.0.113.9',
    'x-real-ip': '203.0.113.9',
    'x-forwarded-proto': 'https',
    'x-forwarded-port': '443',
    'x-forwarded-host': 'chat.example',
  }
  for (const path of ['/api/channels', '/socket.io/']) {
    const headers = { ...forwarded, ...(path === '/socket.io/' ? upgrade : {}) }
    const named = async (settings: NodeJS.ProcessEnv) => {
      const seen = await ask(await start(gatewayPort, settings), path, headers)
      return Object.fromEntries(Object.entries(seen.headers).filter(([name]) => /forwarded|real/.test(name)))
    }
    expect(await named({})).toEqual({ 'x-forwarded-for': '203.0.113.9', 'x-forwarded-host': 'chat.example' })
    expect(await named(untrusted)).toEqual({ 'x-forwarded-for': '127.0.0.1' })
  }
})

test('a header that a client wants to be dropped on the way stays', async () => {
  const url = await start(await startGateway())
  const { headers } = await ask(url, '/socket.io/', { ...upgrade, connection: 'Upgrade, X-Forwarded-For' })
  expect(headers).toMatchObject({ connection: 'Upgrade', 'x-forwarded-for': '127.0.0.1' })
})

test.each([
  [
    'of a proxy that is not trusted',
    untrusted,
    claimed,
    ['X-Forwarded-For', 'WEB_TRUSTED_PROXIES=127.0.0.1'],
  ],
  [
    'of one that forwards otherwise',
    untrusted,
    { forwarded: 'for=203.0.113.9' },
    ['WEB_TRUSTED_PROXIES=127.0.0.1'],
  ],
  ['of one that ends HTTPS and names no client', {}, { origin: 'https://chat.example' }, ['X-Forwarded-For']],
])('the first request %s is logged with what to set', async (_, settings, headers, expected) => {
  const lines: string[] = []
  const logger = createLogger('test', 'warn', { destination: { write: (line) => void lines.push(line) } })
  const url = await start(await startGateway(), settings, logger)
  for (let index = 0; index < 3; index++) await ask(url, '/api/channels', headers)
  expect(lines).toHaveLength(1)
  for (const text of expected) expect(lines[0]).toContain(text)
})

test.each([
  ['a browser on this machine', { origin: 'http://localhost:3000' }],
  ['a proxy that names its clients', { ...claimed, origin: 'https://chat.example' }],
  ['a page of another site', { origin: 'https://other.example', 'sec-fetch-site': 'cross-site' }],
])('nothing is logged of %s', async (_, headers) => {
  const lines: string[] = []
  const logger = createLogger('test', 'warn', { destination: { write: (line) => void lines.push(line) } })
  await ask(await start(await startGateway(), {}, logger), '/api/channels', headers)
  expect(lines).toEqual([])
})

const targets = [
  ['/api/../operator/dead-letters', undefined, '/operator/dead-letters'],
  ['/api/%2e%2e/operator/dead-letters', undefined, '/operator/dead-letters'],
  ['/api/.%2E/operator/dead-letters', undefined, '/operator/dead-letters'],
  ['/api\\..\\operator/dead-letters', undefined, '/operator/dead-letters'],
  ['/api/channels/../../metrics', undefined, '/metrics'],
  ['/socket.io/../operator/dead-letters', undefined, '/operator/dead-letters'],
  ['/socket.io/..//..//operator/dead-letters', undefined, '/operator/dead-letters'],
  ['/api/../page?next=/api/', undefined, '/page?next=/api/'],
  ['//api/channels', '/api/channels', undefined],
  ['/\\api/channels', '/api/channels', undefined],
  ['/x/../api//channels?a=//b/../c', '/api/channels?a=//b/../c', undefined],
  ['/api/channels/%61/stats', '/api/channels/%61/stats', undefined],
  ['/apiary', undefined, '/apiary'],
  ['/socket.iodine/', undefined, '/socket.iodine/'],
  ['/%61pi/channels', undefined, '/%61pi/channels'],
  ['http://elsewhere.example/api/../operator/dead-letters', undefined, '/operator/dead-letters'],
  ['http://elsewhere.example/api/channels', '/api/channels', undefined],
] as const

test.each(targets)('%s is what it leads to', async (path, atGateway, atPage) => {
  // Refused as metrics are to those whom a proxy brings, where the path leads there.
  const url = await start(await startGateway())
  const seen = await ask(url, path, claimed)
  if (atPage === '/metrics') expect(seen).toMatchObject({ status: 401 })
  else if (atPage === undefined) expect(seen).toMatchObject({ url: atGateway, address: '203.0.113.9' })
  else expect(seen).toMatchObject({ page: true, url: atPage })
})

test.each(targets)('an upgrade to %s is to what it leads to', async (path, atGateway) => {
  const url = await start(await startGateway())
  const { port } = new URL(url)
  const request = httpRequest({ host: '127.0.0.1', port, path, headers: upgrade, agent: false }).end()
  const [response] = (await once(request, 'response')) as [IncomingMessage]
  expect(response.statusCode).toBe(atGateway === undefined ? 404 : 403)
  const text = Buffer.concat((await response.toArray()) as Buffer[]).toString()
  if (atGateway !== undefined) expect(JSON.parse(text)).toMatchObject({ url: atGateway })
})

test.each(['/api/channels/a%2f..%2f..%2foperator', '/api/..%5Coperator', '/socket.io/%2F', '*'])(
  '%s is refused: it may lead to different places',
  async (path) => {
    const url = await start(await startGateway())
    expect(await ask(url, path)).toMatchObject({ status: 400, error: { kind: 'malformed_request' } })
  },
)

test('without a gateway, the error is of the one shape, and the page is served', async () => {
  const url = await start(1)
  const response = await fetch(`${url}/api/channels`)
  expect(response.status).toBe(503)
  expect(errorBody.parse(await response.json()).error.kind).toBe('not_ready')
  const refused = { status: 503, error: { kind: 'not_ready' } }
  expect(await ask(url, '/socket.io/?EIO=4&transport=websocket', upgrade)).toMatchObject(refused)
  expect((await fetch(url)).status).toBe(200)
})

test('metrics are for operators, and not for those whom a proxy brings', async () => {
  const url = await start(1)
  const { port } = new URL(url)
  const [rebound] = (await once(
    httpRequest({ host: '127.0.0.1', port, path: '/metrics', headers: { host: 'rebound.example' } }).end(),
    'response',
  )) as [IncomingMessage]
  expect(rebound.resume().statusCode).toBe(401)
  expect((await fetch(`${url}/metrics`)).status).toBe(200)
  expect((await fetch(`${url}/metrics`, { headers: claimed })).status).toBe(401)
})

test('with a token, metrics are for whoever sends it', async () => {
  const url = await start(1, { OPERATOR_TOKEN: 'a-token-of-length' })
  const get = (authorization: string) => fetch(`${url}/metrics`, { headers: { authorization } })
  expect((await fetch(`${url}/metrics`)).status).toBe(401)
  expect((await get('Bearer another')).status).toBe(401)
  expect((await get('Bearer a-token-of-length')).status).toBe(200)
})

test('only what is for the gateway is upgraded, and nothing is tunnelled', async () => {
  const url = await start(await startGateway())
  const upgrade = httpRequest(url, { headers: { connection: 'Upgrade', upgrade: 'websocket' } }).end()
  const [refusal] = (await once(upgrade, 'response')) as [IncomingMessage]
  expect(refusal.statusCode).toBe(404)
  const tunnel = httpRequest(url, { method: 'CONNECT', path: 'elsewhere.example:443' }).end()
  const [closed] = (await once(tunnel, 'connect')) as [IncomingMessage]
  expect(closed.statusCode).toBe(404)
  const answer = (await once(httpRequest(`${url}/livez`).end(), 'response')) as [IncomingMessage]
  expect(answer[0].statusCode).toBe(200)
})

test.each(['/api/channels/arena/watch', '/'])(
  'a body at %s is refused that is too large, or of unknown length',
  async (path) => {
    const url = await start(await startGateway())
    const large = { method: 'POST', body: 'x'.repeat(5_000_000) }
    const unknown = { method: 'POST', body: new Blob(['x']).stream(), duplex: 'half' }
    for (const init of [large, unknown]) {
      const response = await fetch(url + path, init as RequestInit)
      expect(response.status).toBe(413)
      expect(errorBody.parse(await response.json()).error.kind).toBe('payload_too_large')
    }
  },
)

test('a client is let go once the gateway has ended the connection, whatever it still sends', async () => {
  const gateway = createServer()
  gateway.on('upgrade', (_request, socket: Socket) => {
    socket.on('error', () => undefined)
    socket.end(
      'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\ngood bye',
    )
  })
  stack.defer(() => void gateway.close())
  const { port } = new URL(await start(await listen(gateway, 0, '127.0.0.1')))
  const client = connect({ port: Number(port), host: '127.0.0.1', allowHalfOpen: true })
  client.on('error', () => undefined)
  client.write('GET /socket.io/ HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n')
  const [answer] = (await once(client, 'data')) as [Buffer]
  expect(answer.toString()).toContain('101')
  const sending = setInterval(() => client.write(Buffer.alloc(1024 * 1024)), 20)
  await new Promise((resolve) => client.once('close', resolve))
  clearInterval(sending)
})
