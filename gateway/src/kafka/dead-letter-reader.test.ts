import { connect, createServer, type Socket } from 'node:net'
import { expect, onTestFinished, test, vi } from 'vitest'
import { createKafka, kafkaSettings } from '@chat-battle/runtime/kafka/client'
import { createLogger } from '@chat-battle/runtime/process/logger'
import { readSettings } from '@chat-battle/runtime/process/settings'
import type { AddressInfo } from 'node:net'
import { createDeadLetterReader } from './dead-letter-reader.ts'

/** What takes connections as a broker does, and answers nothing: Kafka that is away for its clients. */
async function startSilentBroker() {
  const sockets = new Set<Socket>()
  let connections = 0
  const server = createServer((socket) => {
    connections++
    sockets.add(socket.on('error', () => undefined).resume())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.close()
    for (const socket of sockets) socket.destroy()
  })
  return { address: `127.0.0.1:${(server.address() as AddressInfo).port}`, connections: () => connections }
}

test('while Kafka is away, requests end, and share one client', async () => {
  const broker = await startSilentBroker()
  const settings = readSettings(kafkaSettings, { KAFKA_BROKERS: broker.address })
  const logger = createLogger('test', 'silent')
  const read = createDeadLetterReader(createKafka('test', settings, logger), settings, logger, {
    keep: () => undefined,
    withinMs: 50,
  })
  for (let round = 0; round < 3; round++) {
    const answers = await Promise.allSettled(Array.from({ length: 20 }, read))
    for (const answer of answers)
      expect(answer).toMatchObject({ status: 'rejected', reason: { kind: 'not_ready' } })
  }
  await vi.waitFor(() => expect(broker.connections()).toBeGreaterThan(0))
  // Connections are taken in their order: after this one, any that the requests made are counted.
  await new Promise<void>((resolve) => {
    const last = connect(Number(broker.address.split(':')[1]), '127.0.0.1', () => {
      last.destroy()
      resolve()
    })
  })
  await vi.waitFor(() => expect(broker.connections()).toBe(2))
})
