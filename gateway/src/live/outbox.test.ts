import { EventEmitter } from 'node:events'
import { expect, test } from 'vitest'
import { EncodedEvent } from './encoded-event.ts'
import { Outbox, type Connection } from './outbox.ts'

class FakeTransport extends EventEmitter {
  readonly name: string
  writable = true

  constructor(name: string) {
    super()
    this.name = name
  }
}

class FakeConnection extends EventEmitter implements Connection {
  readyState = 'open'
  transport: FakeTransport
  writeBuffer: unknown[] = []
  readonly writes: string[] = []

  constructor(transport = 'websocket') {
    super()
    this.transport = new FakeTransport(transport)
  }

  write(data: string, { wsPreEncodedFrame }: { wsPreEncodedFrame?: [Buffer] }): void {
    this.writes.push(wsPreEncodedFrame?.[0].toString() ?? data)
  }

  /** As Engine.IO does it when a write has reached the system. */
  becomeReady(): void {
    this.transport.writable = true
    this.transport.emit('ready')
  }
}

const event = (name: string) => new EncodedEvent([name])

function open(transport?: string) {
  const connection = new FakeConnection(transport)
  const outbox = new Outbox(connection, () => void outbox.flush())
  return { connection, outbox, transport: connection.transport }
}

test('writes all pending events at once, as one WebSocket frame each', () => {
  const { connection, outbox } = open()
  outbox.put('a', 'stats', event('x'))
  outbox.put('b', 'stats', event('y'))
  expect(outbox.flush()).toBe(2)
  expect(connection.writes).toEqual(['\u{fffd}\u000742["x"]\u{fffd}\u000742["y"]'])
  expect(outbox.flush()).toBe(0)
})

test('writes all pending events at once, as one polling payload', () => {
  const { connection, outbox } = open('polling')
  outbox.put('a', 'stats', event('x'))
  outbox.put('b', 'stats', event('y'))
  outbox.flush()
  expect(connection.writes).toEqual(['2["x"]\u001e42["y"]'])
})

test('keeps the newest event per room and subject', () => {
  const { connection, outbox } = open('polling')
  expect(outbox.put('a', 'stats', event('old'))).toBe(false)
  expect(outbox.put('a', 'status', event('other subject'))).toBe(false)
  expect(outbox.put('b', 'stats', event('other room'))).toBe(false)
  expect(outbox.put('a', 'stats', event('new'))).toBe(true)
  outbox.flush()
  expect(connection.writes).toEqual(['2["new"]\u001e42["other subject"]\u001e42["other room"]'])
})

test('drops the pending events of a room that the socket leaves', () => {
  const { connection, outbox } = open('polling')
  outbox.put('a', 'stats', event('left'))
  outbox.put('b', 'stats', event('kept'))
  outbox.leave('a')
  outbox.flush()
  expect(connection.writes).toEqual(['2["kept"]'])
})

test('writes the newest event as soon as the earlier write has reached the system', () => {
  const { connection, outbox, transport } = open('polling')
  transport.writable = false
  outbox.put('a', 'stats', event('old'))
  expect(outbox.flush()).toBe(0)
  expect(outbox.isBlocked).toBe(true)
  outbox.put('a', 'stats', event('new'))
  connection.becomeReady()
  expect(connection.writes).toEqual(['2["new"]'])
  expect(outbox.isBlocked).toBe(false)
})

test('waits again if Engine.IO uses the free transport for its own packets', () => {
  const { connection, outbox, transport } = open('polling')
  transport.once('ready', () => (transport.writable = false))
  transport.writable = false
  outbox.put('a', 'stats', event('x'))
  outbox.flush()
  connection.becomeReady()
  expect(connection.writes).toEqual([])
  connection.becomeReady()
  expect(connection.writes).toEqual(['2["x"]'])
})

test('does not overtake packets that wait in the buffer of Engine.IO', () => {
  const { connection, outbox } = open('polling')
  connection.writeBuffer = ['an acknowledgement']
  outbox.put('a', 'stats', event('x'))
  outbox.flush()
  expect(connection.writes).toEqual([])
  connection.writeBuffer = []
  connection.becomeReady()
  expect(connection.writes).toEqual(['2["x"]'])
})

test('continues on the new transport after an upgrade', () => {
  const { connection, outbox, transport } = open('polling')
  transport.writable = false
  outbox.put('a', 'stats', event('x'))
  outbox.flush()
  connection.transport = new FakeTransport('websocket')
  connection.emit('upgrade')
  expect(connection.writes).toEqual(['\u{fffd}\u000742["x"]'])
})

test('writes nothing to a connection that closes, and leaves no listener on it', () => {
  const { connection, outbox, transport } = open()
  outbox.put('a', 'stats', event('x'))
  transport.writable = false
  outbox.flush()
  outbox.close()
  expect([transport.listenerCount('ready'), connection.listenerCount('upgrade')]).toEqual([0, 0])
  transport.writable = true
  connection.readyState = 'closing'
  outbox.put('a', 'stats', event('x'))
  expect(outbox.flush()).toBe(0)
  expect(connection.writes).toEqual([])
})
