import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { createKafka, type KafkaSettings, type KafkaClient } from '@chat-battle/runtime/kafka/client'
import type { Logger } from '@chat-battle/runtime/process/logger'

/** Kafka's numbers of requests, https://kafka.apache.org/protocol#protocol_api_keys */
export const requestKinds = {
  produce: 0,
  fetch: 1,
  listOffsets: 2,
  metadata: 3,
  findCoordinator: 10,
  joinGroup: 11,
  heartbeat: 12,
  syncGroup: 14,
  apiVersions: 18,
  initProducerId: 22,
  addPartitionsToTransaction: 24,
  endTransaction: 26,
} as const

const coordinatorNotAvailable = 15

export interface KafkaRequest {
  kind: number
  /** The request as sent; it contains names of groups and topics. */
  bytes: Buffer
}

/**
 * What becomes of a request: it passes; Kafka handles it, and its answer never arrives; the connection is cut before Kafka gets
 * it, or after, with none or half of the answer; or the answer to a search for a coordinator is that it is not available.
 */
export type Treatment = 'pass' | 'unanswered' | 'cut' | 'cut after' | 'cut within' | 'no coordinator'

export interface KafkaProxy extends AsyncDisposable {
  readonly address: string
  /** How each request is treated; at first, all pass. */
  treat: (request: KafkaRequest) => Treatment
}

/** A client that reaches Kafka through a proxy. */
export async function proxiedKafka({
  settings,
  logger,
}: {
  settings: KafkaSettings
  logger: Logger
}): Promise<{ proxy: KafkaProxy; kafka: KafkaClient } & AsyncDisposable> {
  const proxy = await startKafkaProxy(settings.KAFKA_BROKERS[0] ?? '')
  const kafka = createKafka('proxied', { ...settings, KAFKA_BROKERS: [proxy.address] }, logger)
  return { proxy, kafka, [Symbol.asyncDispose]: () => proxy[Symbol.asyncDispose]() }
}

/** A proxy in front of a single Kafka node, through which all requests and responses pass. */
async function startKafkaProxy(broker: string): Promise<KafkaProxy> {
  const [host = '', port = ''] = broker.split(':')
  const sockets = new Set<Socket>()
  const server = createServer((client) => {
    const upstream = connect(Number(port), host)
    const pending = new Map<number, Treatment>()
    const end = () => {
      client.destroy()
      upstream.destroy()
    }
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.on('error', end).on('close', () => {
        sockets.delete(socket)
        end()
      })
    }
    onFrames(client, (frame) => {
      const treatment = proxy.treat({ kind: frame.readInt16BE(4), bytes: frame })
      if (treatment === 'cut') return end()
      pending.set(frame.readInt32BE(8), treatment)
      upstream.write(frame)
    })
    onFrames(upstream, (frame) => {
      const treatment = pending.get(frame.readInt32BE(4))
      pending.delete(frame.readInt32BE(4))
      if (treatment === 'unanswered') return
      if (treatment === 'cut after') return end()
      if (treatment === 'cut within') return void client.end(frame.subarray(0, frame.length / 2), end)
      if (client.writable)
        client.write(treatment === 'no coordinator' ? withoutCoordinator(frame) : readdressed(frame))
    })
  })
  /** The broker advertises its own address to clients; this replaces it by the proxy's. */
  const readdressed = (frame: Buffer): Buffer => {
    const [own, proxied] = [addressOf(host, Number(port)), addressOf(host, proxyPort)]
    for (let at = frame.indexOf(own); at >= 0; at = frame.indexOf(own, at + own.length))
      proxied.copy(frame, at)
    return frame
  }
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const proxyPort = typeof address === 'object' && address !== null ? address.port : 0
  const proxy: KafkaProxy = {
    address: `127.0.0.1:${proxyPort}`,
    treat: () => 'pass',
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  return proxy
}

/** A host and a port as Kafka's responses contain them, in the versions that kafkajs speaks. */
function addressOf(host: string, port: number): Buffer {
  const bytes = Buffer.alloc(2 + host.length + 4)
  bytes.writeInt16BE(host.length)
  bytes.write(host, 2)
  bytes.writeInt32BE(port, 2 + host.length)
  return bytes
}

/** The response to FindCoordinator, version 1 and 2, of a broker that has no coordinator yet. */
function withoutCoordinator(frame: Buffer): Buffer {
  const response = Buffer.alloc(4 + 4 + 4 + 2 + 2 + 4 + 2 + 4)
  response.writeInt32BE(response.length - 4)
  frame.copy(response, 4, 4, 8)
  response.writeInt16BE(coordinatorNotAvailable, 12)
  response.writeInt16BE(-1, 14)
  response.writeInt32BE(-1, 16)
  response.writeInt32BE(-1, 22)
  return response
}

/** Each message of Kafka's protocol is preceded by its length, which is a part of what is given. */
function onFrames(socket: Socket, onFrame: (frame: Buffer) => void): void {
  let received = Buffer.alloc(0)
  socket.on('data', (chunk: Buffer) => {
    received = Buffer.concat([received, chunk])
    while (received.length >= 4 && received.length >= 4 + received.readInt32BE(0)) {
      const length = 4 + received.readInt32BE(0)
      onFrame(Buffer.from(received.subarray(0, length)))
      received = received.subarray(length)
    }
  })
}
