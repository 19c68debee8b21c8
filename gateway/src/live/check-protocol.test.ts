import { io } from 'socket.io-client'
import { expect, onTestFinished, test } from 'vitest'
import { connectRefusal } from '@chat-battle/contracts/live/down'
import { protocolVersion } from '@chat-battle/contracts/version'
import { startLive } from './live.fixture.ts'

/** Undefined: connected. */
async function connect(auth: Record<string, unknown>): Promise<string | undefined> {
  const { url, live } = await startLive()
  const socket = io(url, { auth, transports: ['websocket'], forceNew: true, reconnection: false })
  onTestFinished(async () => {
    socket.disconnect()
    await live.close()
  })
  return new Promise((resolve) => {
    socket.on('connect', () => resolve(undefined))
    socket.on('connect_error', (error) => {
      resolve(connectRefusal.parse((error as Error & { data?: unknown }).data).kind)
    })
  })
}

test('serves a client of the current protocol version', async () => {
  expect(await connect({ protocol: protocolVersion })).toBeUndefined()
})

test('serves a client that sends no version', async () => {
  expect(await connect({})).toBeUndefined()
})

test('refuses a client of a version that it does not speak', async () => {
  expect(await connect({ protocol: protocolVersion + 1 })).toBe('unsupported_protocol')
})

test.each([[0], ['1'], [1.5], [null]])('refuses %o as a version', async (protocol) => {
  expect(await connect({ protocol })).toBe('malformed_request')
})
