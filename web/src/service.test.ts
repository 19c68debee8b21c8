import { once } from 'node:events'
import { createServer, request as httpRequest, type IncomingMessage } from 'node:http'
import { connect, type Socket } from 'node:net'
import { afterAll, expect, test } from 'vitest'
import { errorBody } from '@chat-battle/contracts/errors'
import { listen } from '@chat-battle/service/listen'
import { createLogger } from '@chat-battle/service/logger'
import { readConfig } from './config.ts'
import { startWeb } from './service.ts'

const claimed = { 'x-forwarded-for': '203.0.113.9' }
const stack = new AsyncDisposableStack()
afterAll(() => stack.disposeAsync())

/** A gateway that answers with the address it was told of. */
async function startGateway(): Promise<number> {
  const gateway = createServer(({ headers }, response) =>
    response.end(JSON.stringify({ address: headers['x-forwarded-for'] })),
  )
  stack.defer(() => void gateway.close())
  return listen(gateway, 0, '127.0.0.1')
}

/** `web` with a page that answers with the address it was asked from. */
async function start(gatewayPort: number, settings: NodeJS.ProcessEnv = {}): Promise<string> {
  const given = { GATEWAY_URL: `http://127.0.0.1:${gatewayPort}`, WEB_PORT: '0', ...settings }
  const web = await startWeb(readConfig(given), createLogger('test', 'silent'), (request, response) =>
    response.end(JSON.stringify({ address: request.clientAddress })),
  )
  stack.use(web)
  return `http://127.0.0.1:${web.port}`
}

async function addressAt(url: string, path: string): Promise<string> {
  const { address } = (await (await fetch(url + path, { headers: claimed })).json()) as { address: string }
  return address
}

test('what a client claims of its address reaches neither the gateway nor the page', async () => {
  const url = await start(await startGateway())
  for (const path of ['/api/channels', '/']) expect(await addressAt(url, path)).toBe('127.0.0.1')
})

test('what a trusted proxy says of it reaches both', async () => {
  const url = await start(await startGateway(), { WEB_TRUSTED_PROXIES: 'loopback' })
  expect(await addressAt(url, '/')).toBe('203.0.113.9')
  expect(await addressAt(url, '/api/channels')).toMatch(/^203\.0\.113\.9\b/)
})

test('without a gateway, the error is of the one shape, and the page is served', async () => {
  const url = await start(1)
  const response = await fetch(`${url}/api/channels`)
  expect(response.status).toBe(503)
  expect(errorBody.parse(await response.json()).error.kind).toBe('not_ready')
  expect((await fetch(url)).status).toBe(200)
})

test('metrics are for operators, and not for those whom a proxy brings', async () => {
  const url = await start(1)
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
