import { createServer } from 'node:http'
import { Server } from 'socket.io'
import { listen } from '@chat-battle/runtime/http/listen'
import { createKafka, type KafkaSettings } from '@chat-battle/runtime/kafka/client'
import { createLogger } from '@chat-battle/runtime/process/logger'
import { childArguments, sendToParent } from '../child.ts'

/** A bare hop copies each record from one topic to the next, or emits it to the room that its key names. */
export type BareHop = { from: string; to: string } | { from: string; to: 'sockets' }

type Kafka = ReturnType<typeof createKafka>
type Forward = (records: { key: string; value: string }[]) => Promise<unknown>

async function toTopic(kafka: Kafka, topic: string): Promise<Forward> {
  const producer = kafka.producer()
  await producer.connect()
  sendToParent({})
  return (messages) => producer.send({ topic, messages })
}

async function toSockets(): Promise<Forward> {
  const http = createServer()
  const io = new Server(http, { serveClient: false })
  io.on('connection', (socket) => {
    socket.on('subscribe', (room: string, ack: () => void) => {
      void socket.join(room)
      ack()
    })
  })
  sendToParent({ url: `http://127.0.0.1:${await listen(http, 0, '127.0.0.1')}` })
  return (records) => {
    for (const { key, value } of records) io.to(key).emit('stats', JSON.parse(value))
    return Promise.resolve()
  }
}

const [settings, { from, to }] = childArguments<[KafkaSettings, BareHop]>()
const kafka = createKafka('bench', settings, createLogger('bench', 'error'))
const consumer = kafka.consumer({ groupId: `bench-${from}` })
await consumer.connect()
await consumer.subscribe({ topic: from })
const joined = new Promise((resolve) => consumer.on(consumer.events.GROUP_JOIN, resolve))
const forward = to === 'sockets' ? await toSockets() : await toTopic(kafka, to)
await consumer.run({
  partitionsConsumedConcurrently: 3,
  eachBatch: async ({ batch }) => {
    await forward(batch.messages.map(({ key, value }) => ({ key: String(key), value: String(value) })))
  },
})
await joined
sendToParent('joined')
