import { createServer } from 'node:http'
import { Server } from 'socket.io'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { emptyStats } from '@chat-battle/contracts/records/empty-stats'
import { protocolVersion } from '@chat-battle/contracts/version'
import { listen } from '@chat-battle/runtime/http/listen'
import { statusFixture } from '../channel/status.fixture.ts'
import { connectLive, transportsAfter } from './live-connection.ts'
import type { LiveConnection, LiveListeners } from './live-events.ts'
import { connectByWebSocket } from './web-socket-connection.ts'

test('begins an attempt after a failed one with the other transport', () => {
  expect([0, 1, 2].map((failures) => transportsAfter(failures)[0])).toEqual([
    'websocket',
    'polling',
    'websocket',
  ])
})

const ways = {
  'Socket.IO': connectLive,
  'a WebSocket': (listeners: LiveListeners, origin: string) => connectByWebSocket(listeners, { origin }),
}

describe.each(Object.entries(ways))('a live connection by %s', (_, connect) => {
  let gateway: Server
  let url: string
  let live: LiveConnection | undefined
  beforeEach(async () => {
    const http = createServer()
    gateway = new Server(http, { serveClient: false })
    url = `http://127.0.0.1:${await listen(http, 0, '127.0.0.1')}`
  })
  afterEach(async () => {
    live?.close()
    await gateway.close()
  })

  const stats = { ...emptyStats('1', 'arena', 0), revision: 1 }
  const status = statusFixture()

  /** Connects, and resolves with what `event` of the listeners received first. */
  function first<E extends keyof LiveListeners>(
    event: E,
  ): Promise<Parameters<NonNullable<LiveListeners[E]>>> {
    return new Promise((resolve) => {
      const ignore = () => undefined
      const listeners = { onConnected: ignore, onDisconnected: ignore, onStats: ignore, onStatus: ignore }
      const listener = (...given: unknown[]) => resolve(given as Parameters<NonNullable<LiveListeners[E]>>)
      live = connect({ ...listeners, [event]: listener }, url)
    })
  }

  test('sends its protocol version', async () => {
    const auth = new Promise((resolve) =>
      gateway.on('connection', ({ handshake }) => resolve(handshake.auth)),
    )
    await first('onConnected')
    expect(await auth).toEqual({ protocol: protocolVersion })
  })

  test('reports frames and statuses', async () => {
    gateway.on('connection', (socket) => socket.emit('status', status))
    expect(await first('onStatus')).toEqual([status])
  })

  test('ignores a malformed frame', async () => {
    const reported = vi.spyOn(console, 'error').mockImplementation(() => undefined)
    gateway.on('connection', (socket) => {
      socket.emit('stats', { ...stats, message_count: 'many' })
      socket.emit('stats', stats)
    })
    expect(await first('onStats')).toEqual([stats])
    expect(reported).toHaveBeenCalledOnce()
  })

  test('has no answer where the answer is malformed', async () => {
    gateway.on('connection', (socket) => {
      socket.on('subscribe', (_: string, ack: (answer: unknown) => void) => ack({ ok: 'maybe' }))
    })
    await first('onConnected')
    expect(await new Promise((resolve) => live?.subscribe('arena', resolve))).toBeUndefined()
  })

  test('reports that the page is outdated where the gateway refuses its version', async () => {
    const refusal = { data: { kind: 'unsupported_protocol', message: 'too old' } }
    gateway.use((_, next) => next(Object.assign(new Error('refused'), refusal)))
    expect(await first('onOutdated')).toEqual([])
  })
})
