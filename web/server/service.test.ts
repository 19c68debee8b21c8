import { once } from 'node:events'
import { createServer, request as httpRequest, type IncomingMessage } from 'node:http'
import { connect, type Socket } from 'node:net'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { afterAll, describe, expect, test } from 'vitest'
import { errorBody } from '@chat-battle/contracts/rest/errors'
import { listen } from '@chat-battle/runtime/http/listen'
import { createLogger } from '@chat-battle/runtime/process/logger'
import { readConfig } from './config.ts'
import { startWeb } from './service.ts'

const claimed = { 'x-forwarded-for': '203.0.113.9' }
const stack = new AsyncDisposableStack()
afterAll(() => stack.disposeAsync())

/** A gateway that answers requests and upgrades with the target, address and headers that it received. */
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

/** `web` with a page that answers with the target and address that it received. */
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

interface Received {
  page?: boolean
  url: string
  address: string
  headers: Record<string, string>
}

/** Requests exactly this target; returns who answered and what it received. */
async function get(url: string, path: string, headers: Record<string, string> = {}): Promise<Received> {
  const { port } = new URL(url)
  const request = httpRequest({ host: '127.0.0.1', port, path, headers, agent: false }).end()
  const [response] = (await once(request, 'response')) as [IncomingMessage]
  const text = Buffer.concat((await response.toArray()) as Buffer[]).toString()
  return { status: response.statusCode, ...JSON.parse(text) } as Received & { status: number }
}

const upgrade = { connection: 'Upgrade', upgrade: 'websocket' }
const untrusted = { WEB_TRUSTED_PROXIES: '192.0.2.1' }

test('forwards no address that an untrusted client claims', async () => {
  const url = await start(await startGateway(), untrusted)
  for (const path of ['/api/channels', '/'])
    expect(await get(url, path, claimed)).toMatchObject({ address: '127.0.0.1' })
  expect(await get(url, '/socket.io/', { ...claimed, ...upgrade })).toMatchObject({ address: '127.0.0.1' })
})

test.each([
  ['a client', '203.0.113.9', '203.0.113.9'],
  ['a client that claims another address', '198.51.100.1, 203.0.113.9', '203.0.113.9'],
  ['a client of a private network that claims another address', '198.51.100.1, 10.0.0.5', '10.0.0.5'],
  ['the proxy itself where it forwards no address', '198.51.100.1, unknown', '127.0.0.1'],
])('forwards from a trusted proxy the one address of %s', async (_, forwarded, expected) => {
  const url = await start(await startGateway())
  const headers = { 'x-forwarded-for': forwarded }
  for (const path of ['/api/channels', '/'])
    expect(await get(url, path, headers)).toMatchObject({ address: expected })
  expect(await get(url, '/socket.io/', { ...headers, ...upgrade })).toMatchObject({ address: expected })
})

test('forwards no header of a proxy or client but the address and a trusted host', async () => {
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
    const forwardedHeaders = async (settings: NodeJS.ProcessEnv) => {
      const received = await get(await start(gatewayPort, settings), path, headers)
      return Object.fromEntries(
        Object.entries(received.headers).filter(([name]) => /forwarded|real/.test(name)),
      )
    }
    expect(await forwardedHeaders({})).toEqual({
      'x-forwarded-for': '203.0.113.9',
      'x-forwarded-host': 'chat.example',
    })
    expect(await forwardedHeaders(untrusted)).toEqual({ 'x-forwarded-for': '127.0.0.1' })
  }
})

test('keeps a header that the client names in Connection', async () => {
  const url = await start(await startGateway())
  const { headers } = await get(url, '/socket.io/', { ...upgrade, connection: 'Upgrade, X-Forwarded-For' })
  expect(headers).toMatchObject({ connection: 'Upgrade', 'x-forwarded-for': '127.0.0.1' })
})

test.each([
  ['from an untrusted proxy', untrusted, claimed, ['X-Forwarded-For', 'WEB_TRUSTED_PROXIES=127.0.0.1']],
  [
    'with another forwarding header',
    untrusted,
    { forwarded: 'for=203.0.113.9' },
    ['WEB_TRUSTED_PROXIES=127.0.0.1'],
  ],
  [
    'from a proxy that ends HTTPS and forwards no address',
    {},
    { origin: 'https://chat.example' },
    ['X-Forwarded-For'],
  ],
])('logs once, for a request %s, which setting is missing', async (_, settings, headers, expected) => {
  const lines: string[] = []
  const logger = createLogger('test', 'warn', { destination: { write: (line) => void lines.push(line) } })
  const url = await start(await startGateway(), settings, logger)
  for (let index = 0; index < 3; index++) await get(url, '/api/channels', headers)
  expect(lines).toHaveLength(1)
  for (const text of expected) expect(lines[0]).toContain(text)
})

test.each([
  ['a browser on this machine', { origin: 'http://localhost:3000' }],
  ['a proxy that forwards addresses', { ...claimed, origin: 'https://chat.example' }],
  ['a page of another site', { origin: 'https://other.example', 'sec-fetch-site': 'cross-site' }],
])('logs nothing for a request from %s', async (_, headers) => {
  const lines: string[] = []
  const logger = createLogger('test', 'warn', { destination: { write: (line) => void lines.push(line) } })
  await get(await start(await startGateway(), {}, logger), '/api/channels', headers)
  expect(lines).toEqual([])
})

const targets = [
  ['/api/../operator/dead-letters', '/operator/dead-letters', undefined],
  ['/api/%2e%2e/operator/dead-letters', '/operator/dead-letters', undefined],
  ['/api/.%2E/operator/dead-letters', '/operator/dead-letters', undefined],
  ['/api\\..\\operator/dead-letters', '/operator/dead-letters', undefined],
  ['/api/channels/../../metrics', undefined, '/metrics'],
  ['/socket.io/../operator/dead-letters', '/operator/dead-letters', undefined],
  ['/socket.io/..//..//operator/dead-letters', '/operator/dead-letters', undefined],
  ['/api/../page?next=/api/', undefined, '/page?next=/api/'],
  ['/operator', undefined, '/operator'],
  ['/operator/', undefined, '/operator/'],
  ['/operator/__data.json', undefined, '/operator/__data.json'],
  ['/operator/dead-letters', '/operator/dead-letters', undefined],
  ['//api/channels', '/api/channels', undefined],
  ['/\\api/channels', '/api/channels', undefined],
  ['/x/../api//channels?a=//b/../c', '/api/channels?a=//b/../c', undefined],
  ['/api/channels/%61/stats', '/api/channels/%61/stats', undefined],
  ['/emotes/7tv/01H/1x?static=1', '/emotes/7tv/01H/1x?static=1', undefined],
  ['/emotes/../operator/dead-letters', '/operator/dead-letters', undefined],
  ['/emotesque', undefined, '/emotesque'],
  ['/apiary', undefined, '/apiary'],
  ['/socket.iodine/', undefined, '/socket.iodine/'],
  ['/%61pi/channels', undefined, '/%61pi/channels'],
  ['http://elsewhere.example/api/../operator/dead-letters', '/operator/dead-letters', undefined],
  ['http://elsewhere.example/api/channels', '/api/channels', undefined],
] as const

test.each(targets)('resolves %s before it chooses gateway or page', async (path, atGateway, atPage) => {
  // Refused as metrics are to those whom a proxy brings, where the path leads there.
  const url = await start(await startGateway())
  const received = await get(url, path, claimed)
  if (atPage === '/metrics') expect(received).toMatchObject({ status: 401 })
  else if (atPage === undefined) expect(received).toMatchObject({ url: atGateway, address: '203.0.113.9' })
  else expect(received).toMatchObject({ page: true, url: atPage })
})

test.each(targets)('resolves the target %s of an upgrade', async (path, atGateway) => {
  const url = await start(await startGateway())
  const { port } = new URL(url)
  const request = httpRequest({ host: '127.0.0.1', port, path, headers: upgrade, agent: false }).end()
  const [response] = (await once(request, 'response')) as [IncomingMessage]
  expect(response.statusCode).toBe(atGateway === undefined ? 404 : 403)
  const text = Buffer.concat((await response.toArray()) as Buffer[]).toString()
  if (atGateway !== undefined) expect(JSON.parse(text)).toMatchObject({ url: atGateway })
})

test.each([
  '/api/channels/a%2f..%2f..%2foperator',
  '/api/..%5Coperator',
  '/emotes/7tv/..%2F1x',
  '/socket.io/%2F',
  '*',
])('refuses the ambiguous target %s', async (path) => {
  const url = await start(await startGateway())
  expect(await get(url, path)).toMatchObject({ status: 400, error: { kind: 'malformed_request' } })
})

test('answers 503 without a gateway, and serves the page', async () => {
  const url = await start(1)
  const response = await fetch(`${url}/api/channels`)
  expect(response.status).toBe(503)
  expect(errorBody.parse(await response.json()).error.kind).toBe('not_ready')
  const refused = { status: 503, error: { kind: 'not_ready' } }
  expect(await get(url, '/socket.io/?EIO=4&transport=websocket', upgrade)).toMatchObject(refused)
  expect((await fetch(url)).status).toBe(200)
})

test('serves metrics to direct local requests only', async () => {
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

test('serves metrics to requests with the operator token', async () => {
  const url = await start(1, { OPERATOR_TOKEN: 'a-token-of-length' })
  const getMetrics = (authorization: string) => fetch(`${url}/metrics`, { headers: { authorization } })
  expect((await fetch(`${url}/metrics`)).status).toBe(401)
  expect((await getMetrics('Bearer another')).status).toBe(401)
  expect((await getMetrics('Bearer a-token-of-length')).status).toBe(200)
})

test('refuses upgrades to other paths, and tunnels', async () => {
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
  'refuses an oversized body, or one of unknown length, at %s',
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

test('disconnects a client that still sends after the gateway closed the connection', async () => {
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

describe('compression', () => {
  const large = 'x'.repeat(5000)

  async function encodingOf(url: string, accepted: string) {
    const request = httpRequest(url, { headers: { 'accept-encoding': accepted }, agent: false }).end()
    const [response] = (await once(request, 'response')) as [IncomingMessage]
    const bytes = Buffer.concat((await response.toArray()) as Buffer[])
    return { encoding: response.headers['content-encoding'], bytes }
  }

  async function startWithPage(gatewayPort: number, headers: Record<string, string> = {}): Promise<string> {
    const config = readConfig({ GATEWAY_URL: `http://127.0.0.1:${gatewayPort}`, WEB_PORT: '0' })
    const web = await startWeb(config, createLogger('test', 'silent'), (_, response) =>
      response.writeHead(200, { 'content-type': 'text/html', ...headers }).end(large),
    )
    stack.use(web)
    return `http://127.0.0.1:${web.port}`
  }

  test.each([
    ['gzip', 'gzip, deflate', gunzipSync],
    ['br', 'gzip, deflate, br', brotliDecompressSync],
  ])('compresses the page by %s where the client accepts it', async (expected, accepted, decompress) => {
    const { encoding, bytes } = await encodingOf(await startWithPage(1), accepted)
    expect(encoding).toBe(expected)
    expect(bytes.length).toBeLessThan(200)
    expect(decompress(bytes).toString()).toBe(large)
  })

  test('leaves the page as it is for a client that accepts no encoding', async () => {
    const { encoding, bytes } = await encodingOf(await startWithPage(1), 'identity')
    expect(encoding).toBeUndefined()
    expect(bytes.toString()).toBe(large)
  })

  test('leaves an asset that is compressed already', async () => {
    const { encoding, bytes } = await encodingOf(
      await startWithPage(1, { 'content-encoding': 'br' }),
      'gzip, br',
    )
    expect(encoding).toBe('br')
    expect(bytes.toString()).toBe(large)
  })

  test('forwards what the gateway streams at once and unchanged', async () => {
    const { promise: ended, resolve: end } = Promise.withResolvers<undefined>()
    const gateway = createServer((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' }).write(large)
      void ended.then(() => response.end())
    })
    stack.defer(() => void gateway.close())
    const url = await startWithPage(await listen(gateway, 0, '127.0.0.1'))
    for (const path of ['/api/channels', '/socket.io/?transport=polling']) {
      const headers = { 'accept-encoding': 'gzip, br' }
      const request = httpRequest(url + path, { headers, agent: false }).end()
      const [response] = (await once(request, 'response')) as [IncomingMessage]
      expect(response.headers['content-encoding']).toBeUndefined()
      const [chunk] = (await once(response, 'data')) as [Buffer]
      expect(chunk.toString()).toMatch(/^x+$/)
      response.destroy()
    }
    end(undefined)
  })
})

describe('start and stop', () => {
  const config = (settings: NodeJS.ProcessEnv) =>
    readConfig({ GATEWAY_URL: 'http://127.0.0.1:1', ...settings })
  const silent = createLogger('test', 'silent')
  const noPage = () => undefined

  test('fails to start on a port in use, and leaves nothing open', async () => {
    const other = createServer()
    const port = await listen(other, 0, '127.0.0.1')
    await expect(startWeb(config({ WEB_PORT: String(port) }), silent, noPage)).rejects.toThrow('EADDRINUSE')
    await new Promise((resolve) => other.close(resolve))
    const web = await startWeb(config({ WEB_PORT: String(port) }), silent, noPage)
    expect(web.port).toBe(port)
    await web[Symbol.asyncDispose]()
  })

  test('closes requests and upgrades that the gateway holds open', async () => {
    const gateway = createServer(() => undefined)
    gateway.on('upgrade', (_, socket) =>
      socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n'),
    )
    const gatewayPort = await listen(gateway, 0, '127.0.0.1')
    stack.defer(() => gateway.closeAllConnections())
    const web = await startWeb(
      config({ WEB_PORT: '0', GATEWAY_URL: `http://127.0.0.1:${gatewayPort}` }),
      silent,
      noPage,
    )
    const url = `http://127.0.0.1:${web.port}`
    const pending = once(httpRequest(`${url}/api/channels`).end(), 'response')
    const upgrading = httpRequest(`${url}/socket.io/`, { headers: upgrade }).end()
    const [, socket] = (await once(upgrading, 'upgrade')) as [IncomingMessage, Socket]
    const closed = once(socket, 'close')
    const failed = expect(pending).rejects.toThrow('socket hang up')
    await web[Symbol.asyncDispose]()
    await Promise.all([closed, failed])
    await expect(fetch(url)).rejects.toThrow('fetch failed')
  })

  test('closes its port while a socket fails to close in order', async () => {
    const web = await startWeb(config({ WEB_PORT: '0' }), silent, noPage)
    const client = connect({ port: web.port, host: '127.0.0.1', allowHalfOpen: true })
    client.write('GET / HTTP/1.1\r\nHost: x\r\n')
    await once(client, 'connect')
    client.on('error', () => undefined)
    await web[Symbol.asyncDispose]()
    await expect(fetch(`http://127.0.0.1:${web.port}`)).rejects.toThrow('fetch failed')
  })
})
