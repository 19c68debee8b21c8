import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { io } from 'socket.io-client'
import { createKafka, type KafkaSettings } from '@chat-battle/runtime/kafka/client'
import { createLogger } from '@chat-battle/runtime/process/logger'
import { busyStats, loginOf } from '../busy-stats.ts'
import { Child } from '../child.ts'
import type { BareHop } from './bare-hop.ts'
import { epochMs, pace, type Load } from './load.ts'

const partitions = 3

async function startHop(settings: KafkaSettings, hop: BareHop, stack: DisposableStack) {
  const child = stack.use(new Child('latency/bare-hop.ts', settings, hop))
  const started = await child.nextMessage<{ url?: string }>()
  await child.nextMessage()
  return started
}

/**
 * Two bare Kafka hops and bare Socket.IO: each record is a frame, copied from one topic to a second one, and emitted to the
 * room of its channel. Returns the latency of each record, ms.
 */
export async function measureBare(settings: KafkaSettings, load: Load, seconds: number): Promise<number[]> {
  using stack = new DisposableStack()
  const kafka = createKafka('bench', settings, createLogger('bench', 'error'))
  const run = randomUUID()
  const topics = { first: `first-hop-${run}`, second: `second-hop-${run}` }
  await createTopics(kafka.admin(), Object.values(topics))
  await startHop(settings, { from: topics.first, to: topics.second }, stack)
  const { url } = await startHop(settings, { from: topics.second, to: 'sockets' }, stack)
  const socket = io(url ?? '', { transports: ['websocket'] })
  stack.defer(() => void socket.disconnect())
  const latencies: number[] = []
  socket.on('stats', ({ first_message_at: sentAtMs }: { first_message_at: number }) =>
    latencies.push(epochMs() - sentAtMs),
  )
  for (let channel = 0; channel < load.channels; channel++)
    await socket.emitWithAck('subscribe', loginOf(channel))

  const producer = kafka.producer()
  await producer.connect()
  let waiting: { key: string; value: string }[] = []
  let sending: Promise<void> | undefined
  const sendAll = async () => {
    while (waiting.length > 0) await producer.send({ topic: topics.first, messages: waiting.splice(0) })
  }
  const sent = await pace(load, seconds, (line) => {
    const channel = line % load.channels
    const record = { ...busyStats(channel, line), first_message_at: epochMs() }
    waiting.push({ key: loginOf(channel), value: JSON.stringify(record) })
    sending ??= sendAll().finally(() => (sending = undefined))
  })
  for (const deadlineMs = performance.now() + 10_000; latencies.length < sent;) {
    if (performance.now() > deadlineMs) throw new Error(`${latencies.length} of ${sent} bare records arrived`)
    await delay(20)
  }
  waiting = []
  await producer.disconnect()
  return latencies
}

type Admin = ReturnType<ReturnType<typeof createKafka>['admin']>

async function createTopics(admin: Admin, topics: readonly string[]): Promise<void> {
  await admin.connect()
  await admin.createTopics({ topics: topics.map((topic) => ({ topic, numPartitions: partitions })) })
  await admin.disconnect()
}
