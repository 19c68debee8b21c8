import { once } from 'node:events'
import { request as httpRequest, type IncomingMessage } from 'node:http'
import { connect, type Socket } from 'node:net'
import { io } from 'socket.io-client'
import { expect, onTestFinished, test, vi } from 'vitest'
import { createLogger } from '@chat-battle/runtime/process/logger'
import { WebSocket } from 'ws'
import { errorBody } from '@chat-battle/contracts/rest/errors'
import { startLive } from '../live/live.fixture.ts'

type Given = Parameters<typeof startLive>[1]

const within = { interval: 20, timeout: 10_000 }
const limit = 3
const polling = 'EIO=4&transport=polling'
const webSocket = 'EIO=4&transport=websocket'
const upgrade = {
  connection: 'Upgrade',
  upgrade: 'websocket',
  'sec-websocket-version': '13',
  'sec-websocket-key': 'x3JJHMbDL1EzLkh9GBhXDw==',
}

async function start(given: Given = {}) {
  const real = await startLive(1000, { maxSocketsPerAddress: limit, ...given })
  onTestFinished(() => real.live.close())
  return real
}

/** The status of the answer to a handshake, and the kind of refusal; 101 and 200 open a socket. */
async function handshake(url: string, query: string, headers: Record<string, string> = {}, method = 'GET') {
  const request = httpRequest(`${url}/socket.io/?${query}`, {
    method,
    headers: { ...(query.includes('transport=websocket') ? upgrade : {}), ...headers },
  }).end()
  const answer = await Promise.race([
    once(request, 'response').then(async ([response]) => {
      const chunks = (await (response as IncomingMessage).toArray()) as Buffer[]
      return { response: response as IncomingMessage, text: Buffer.concat(chunks).toString() }
    }),
    once(request, 'upgrade').then(([response, socket]) => {
      onTestFinished(() => void (socket as Socket).destroy())
      return { response: response as IncomingMessage, text: '' }
    }),
  ])
  const { statusCode: status = 0 } = answer.response
  if (status < 400) return { status }
  expect(answer.response.headers['content-type']).toBe('application/json')
  const { kind, message } = errorBody.parse(JSON.parse(answer.text)).error
  expect(message).toMatch(/ /)
  return { status, kind }
}

const tooMany = { status: 429, kind: 'too_many_connections' }
const foreign = { status: 403, kind: 'origin_not_allowed' }
const notReady = { status: 503, kind: 'not_ready' }
const malformed = { status: 400, kind: 'malformed_request' }

const transports: [string, string, number][] = [
  ['polling', polling, 200],
  ['WebSocket', webSocket, 101],
]
const ways = transports.flatMap(([name, query, opened]): [string, string, number][] => [
  [name, query, opened],
  [`${name} with an empty sid`, `${query}&sid=`, opened],
  [`${name} with an empty sid last`, `${query}&sid=x&sid=`, opened],
])

test.each(ways)('%s: opens as many sockets per address as the limit', async (_, query, opened) => {
  const { url } = await start()
  const from = (address: string) => handshake(url, query, { 'x-forwarded-for': address })
  for (let index = 0; index < limit; index++) expect(await from('203.0.113.9')).toEqual({ status: opened })
  expect(await from('203.0.113.9')).toEqual(tooMany)
  expect(await from('203.0.113.10')).toEqual({ status: opened })
})

test.each(ways)('%s: refuses foreign origins', async (_, query, opened) => {
  const { url } = await start({ corsOrigins: ['https://allowed.example'] })
  expect(await handshake(url, query, { origin: 'https://other.example' })).toEqual(foreign)
  expect(await handshake(url, query, { 'sec-fetch-site': 'cross-site' })).toEqual(foreign)
  expect(await handshake(url, query, { origin: 'https://allowed.example' })).toEqual({ status: opened })
})

test.each(ways)('%s: refuses every handshake until the gateway is ready', async (_, query, opened) => {
  let isReady = false
  const { url } = await start({ isReady: () => isReady })
  expect(await handshake(url, query)).toEqual(notReady)
  isReady = true
  expect(await handshake(url, query)).toEqual({ status: opened })
})

test.each([
  ['another version', 'EIO=3&transport=polling', 'GET'],
  ['another version by WebSocket', 'EIO=3&transport=websocket', 'GET'],
  ['no version', 'transport=polling', 'GET'],
  ['a second version', 'EIO=4&EIO=3&transport=polling', 'GET'],
  ['an unknown transport', 'EIO=4&transport=pigeon', 'GET'],
  ['an unknown transport, upgraded', 'EIO=4&transport=pigeon&or=transport=websocket', 'GET'],
  ['an unknown session', `${polling}&sid=unknown`, 'GET'],
  ['an unknown session by WebSocket', `${webSocket}&sid=unknown`, 'GET'],
  ['a second version by WebSocket', 'EIO=4&EIO=3&transport=websocket', 'GET'],
  ['another method', polling, 'POST'],
])('answers a handshake with %s by an error body', async (_, query, method) => {
  const { url } = await start()
  expect(await handshake(url, query, {}, method)).toEqual(malformed)
})

test('applies the limit to requests that arrive in one packet', async () => {
  const { url } = await start()
  const { port } = new URL(url)
  const socket = connect(Number(port), '127.0.0.1')
  onTestFinished(() => void socket.destroy())
  const sent = 40
  socket.write(`GET /socket.io/?${polling} HTTP/1.1\r\nHost: x\r\n\r\n`.repeat(sent))
  let text = ''
  socket.on('data', (data: Buffer) => (text += data.toString()))
  const answered = (status: number) => text.split(`HTTP/1.1 ${status}`).length - 1
  await vi.waitFor(() => expect(answered(200) + answered(429)).toBe(sent), within)
  expect(answered(200)).toBe(limit)
})

test.each(['polling', 'websocket'])('%s: frees the place of a closed socket', async (transport) => {
  const { url } = await start()
  const open = () => {
    const socket = io(url, { transports: [transport], forceNew: true, reconnection: false })
    onTestFinished(() => void socket.disconnect())
    return socket
  }
  const sockets = Array.from({ length: limit }, open)
  await vi.waitFor(() => expect(sockets.every(({ connected }) => connected)).toBe(true), within)
  expect(await handshake(url, polling)).toEqual(tooMany)
  sockets[0]?.disconnect()
  await vi.waitFor(async () => expect(await handshake(url, polling)).toEqual({ status: 200 }), within)
  expect(await handshake(url, polling)).toEqual(tooMany)
})

test('counts a client that upgrades from polling to WebSocket once', async () => {
  const { url } = await start()
  const sockets = Array.from({ length: limit }, () => {
    const socket = io(url, { forceNew: true, reconnection: false })
    onTestFinished(() => void socket.disconnect())
    return socket
  })
  const transport = (index: number) => sockets[index]?.io.engine.transport.name
  await vi.waitFor(() => {
    for (let index = 0; index < limit; index++) expect(transport(index)).toBe('websocket')
  }, within)
  for (const socket of sockets) expect(socket.connected).toBe(true)
})

test('frees the places of handshakes that never become a connection', async () => {
  const { url } = await start()
  for (let index = 0; index < 3 * limit; index++) {
    // An invalid key: admitted by Engine.IO, and refused by ws afterwards.
    const request = httpRequest(`${url}/socket.io/?${webSocket}`, {
      headers: { ...upgrade, 'sec-websocket-key': 'short' },
    }).end()
    const [response] = (await once(request, 'response')) as [IncomingMessage]
    expect(response.statusCode).toBe(400)
    await once(response.resume(), 'close')
  }
  await vi.waitFor(async () => expect(await handshake(url, webSocket)).toEqual({ status: 101 }), within)
})

test('counts addresses per IPv6 network, and IPv4-mapped ones as IPv4', async () => {
  const { url } = await start()
  const from = async (address: string) =>
    (await handshake(url, webSocket, { 'x-forwarded-for': address })).status
  for (let index = 0; index < limit; index++) expect(await from(`2001:db8:1:2:${index}::1`)).toBe(101)
  expect(await from('2001:db8:1:2:ffff::1')).toBe(429)
  expect(await from('2001:db8:1:3::1')).toBe(101)
  for (let index = 0; index < limit; index++) expect(await from(`::ffff:203.0.113.${index}`)).toBe(101)
  for (let index = 0; index < limit; index++)
    expect(await from(index % 2 === 0 ? '203.0.113.77' : '::ffff:203.0.113.77')).toBe(101)
  expect(await from('::ffff:cb00:714d')).toBe(429)
})

test('limits channels per IPv6 network', async () => {
  const real = await startLive(1)
  onTestFinished(() => real.live.close())
  const subscribe = (address: string, login: string) => {
    const socket = io(real.url, {
      transports: ['websocket'],
      forceNew: true,
      reconnection: false,
      extraHeaders: { 'x-forwarded-for': address },
    })
    onTestFinished(() => void socket.disconnect())
    return socket.emitWithAck('subscribe', login) as Promise<unknown>
  }
  expect(await subscribe('2001:db8:1:2::1', 'one')).toMatchObject({ ok: true })
  expect(await subscribe('2001:db8:1:2:3::1', 'two')).toMatchObject({ error: { kind: 'rate_limited' } })
  expect(await subscribe('2001:db8:1:3::1', 'two')).toMatchObject({ ok: true })
})

test.each([
  ['the same', 'https://chat.example', { host: 'chat.example' }, true],
  ['with the default port of https', 'https://chat.example', { host: 'chat.example:443' }, true],
  ['with the default port of http', 'http://chat.example', { host: 'chat.example:80' }, true],
  ['with capitals', 'https://chat.example', { host: 'Chat.EXAMPLE' }, true],
  ['of IPv6', 'http://[2001:db8::1]:3000', { host: '[2001:DB8:0::1]:3000' }, true],
  [
    'that a proxy forwards',
    'https://chat.example',
    { host: 'web:3000', 'x-forwarded-host': 'chat.example' },
    true,
  ],
  [
    'the first that proxies forward',
    'https://chat.example',
    { host: 'web', 'x-forwarded-host': 'chat.example, edge' },
    true,
  ],
  [
    'that only the browser knows',
    'https://chat.example',
    { host: 'web:3000', 'sec-fetch-site': 'same-origin' },
    true,
  ],
  ['with another port', 'https://chat.example:8443', { host: 'chat.example' }, false],
  ['with the default port of the other scheme', 'http://chat.example', { host: 'chat.example:443' }, false],
  ['that merely begins like it', 'https://chat.example.evil.example', { host: 'chat.example' }, false],
  ['of a file', 'file://', { host: 'chat.example' }, false],
  ['of a sandboxed page', 'null', { host: 'chat.example' }, false],
])('compares an origin and a host: %s', async (_, origin, headers, isAllowed) => {
  const { url } = await start()
  expect(await handshake(url, webSocket, { origin, ...headers })).toEqual(
    isAllowed ? { status: 101 } : foreign,
  )
})

test('ignores the forwarded host of an untrusted peer', async () => {
  const { url } = await start({ trustsProxy: () => false })
  const headers = { origin: 'https://evil.example', host: 'chat.example', 'x-forwarded-host': 'evil.example' }
  expect(await handshake(url, webSocket, headers)).toEqual(foreign)
})

test('logs a refused origin with the compared hosts, at a limited rate', async () => {
  const lines: string[] = []
  const { url } = await start({
    logger: createLogger('test', 'warn', { destination: { write: (line) => void lines.push(line) } }),
  })
  const headers = {
    origin: `https://other.example/${'x'.repeat(1000)}`,
    host: 'web',
    'x-forwarded-host': 'chat.example',
  }
  for (let index = 0; index < 50; index++) expect(await handshake(url, polling, headers)).toEqual(foreign)
  expect(lines.length).toBeGreaterThan(0)
  expect(lines.length).toBeLessThan(10)
  const { origin, ...logged } = JSON.parse(lines[0] ?? '') as { origin: string }
  expect(origin).toBe(headers.origin.slice(0, 200))
  expect(logged).toMatchObject({ host: 'web', x_forwarded_host: 'chat.example' })
})

test('serves a plain WebSocket client', async () => {
  const { url } = await start()
  const socket = new WebSocket(`${url.replace('http', 'ws')}/socket.io/?${webSocket}`)
  onTestFinished(() => socket.terminate())
  const [first] = (await once(socket, 'message')) as [Buffer]
  expect(String(first)).toMatch(/^0\{"sid"/)
})
