import { createServer, type Server as HttpServer } from 'node:http'
import { Server } from 'socket.io'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { listen } from '@chat-battle/runtime/http/listen'
import { statusFixture } from '../channel/status.fixture.ts'
import { connectLive } from './live-connection.ts'
import type { LiveConnection } from './live-events.ts'
import { connectByWebSocket } from './web-socket-connection.ts'

let http: HttpServer
let gateway: Server
let origin: string
let live: LiveConnection | undefined
beforeEach(async () => {
  http = createServer()
  gateway = new Server(http, { serveClient: false, pingInterval: 50, pingTimeout: 50 })
  origin = `http://127.0.0.1:${await listen(http, 0, '127.0.0.1')}`
})
afterEach(async () => {
  live?.close()
  await gateway.close()
  vi.restoreAllMocks()
})

function listenersOf() {
  return { onConnected: vi.fn(), onDisconnected: vi.fn(), onStats: vi.fn(), onStatus: vi.fn() }
}

test('keeps the connection by answering pings, and requests on it', async () => {
  const asked: string[] = []
  gateway.on('connection', (socket) => {
    socket.on('subscribe', (name: string, ack: (answer: unknown) => void) => {
      asked.push(name)
      ack({ ok: true, status: statusFixture(), stats: null })
    })
  })
  const listeners = listenersOf()
  live = connectByWebSocket(listeners, { origin })
  live.subscribe('too early', () => undefined)
  await vi.waitFor(() => expect(listeners.onConnected).toHaveBeenCalledOnce())
  const [socket] = await gateway.fetchSockets()
  let pings = 0
  gateway.sockets.sockets.get(socket?.id ?? '')?.conn.on('heartbeat', () => pings++)
  await vi.waitFor(() => expect(pings).toBeGreaterThan(3))
  const answer = await new Promise((resolve) => live?.subscribe('arena', resolve))
  expect(answer).toMatchObject({ ok: true, stats: null, live: null })
  expect(asked).toEqual(['arena'])
  expect(gateway.engine.clientsCount).toBe(1)
})

/** The gateway's ends of its connections. */
const ends = () => [...gateway.sockets.sockets.values()].map(({ conn }) => conn)

test.each([
  ['the gateway ends it', () => gateway.disconnectSockets(true)],
  ['it is lost', () => ends().forEach((conn) => conn.close(true))],
])('connects again after %s', async (_, end) => {
  vi.spyOn(Math, 'random').mockReturnValue(0.01)
  const listeners = listenersOf()
  live = connectByWebSocket(listeners, { origin })
  await vi.waitFor(() => expect(listeners.onConnected).toHaveBeenCalledOnce())
  end()
  await vi.waitFor(() => expect(listeners.onConnected).toHaveBeenCalledTimes(2))
  expect(listeners.onDisconnected).not.toHaveBeenCalled()
})

test('notices that the gateway is silent', async () => {
  vi.spyOn(Math, 'random').mockReturnValue(0.01)
  const listeners = listenersOf()
  live = connectByWebSocket(listeners, { origin })
  await vi.waitFor(() => expect(listeners.onConnected).toHaveBeenCalledOnce())
  // Its end of the connection stays open, and nothing is sent on it.
  for (const conn of ends()) clearTimeout(Reflect.get(conn, 'pingIntervalTimer') as NodeJS.Timeout)
  await vi.waitFor(() => expect(listeners.onConnected).toHaveBeenCalledTimes(2))
})

test('leaves it to Socket.IO where no WebSocket opens', async () => {
  http.removeAllListeners('upgrade')
  http.on('upgrade', (_, socket) => socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n'))
  const listeners = listenersOf()
  live = connectByWebSocket(listeners, {
    origin,
    load: () => Promise.resolve({ connectLive }),
    isServed: () => Promise.resolve(true),
  })
  await vi.waitFor(() => expect(listeners.onConnected).toHaveBeenCalledOnce())
  expect([...gateway.sockets.sockets.values()].map(({ conn }) => conn.transport.name)).toEqual(['polling'])
})

test('tries again while the server is away, and reports it', async () => {
  vi.spyOn(Math, 'random').mockReturnValue(0.01)
  const { port } = http.address() as { port: number }
  await gateway.close()
  const load = vi.fn()
  const listeners = listenersOf()
  live = connectByWebSocket(listeners, {
    origin,
    load,
    isServed: () => Promise.reject(new TypeError('away')),
  })
  await vi.waitFor(() => expect(listeners.onDisconnected.mock.calls.length).toBeGreaterThan(1))
  http = createServer()
  gateway = new Server(http, { serveClient: false })
  await listen(http, port, '127.0.0.1')
  await vi.waitFor(() => expect(listeners.onConnected).toHaveBeenCalledOnce(), 5000)
  expect(load).not.toHaveBeenCalled()
})

test('opens nothing after it was closed', async () => {
  const listeners = listenersOf()
  connectByWebSocket(listeners, { origin }).close()
  const other = listenersOf()
  live = connectByWebSocket(other, { origin })
  await vi.waitFor(() => expect(other.onConnected).toHaveBeenCalledOnce())
  expect(listeners.onConnected).not.toHaveBeenCalled()
})
