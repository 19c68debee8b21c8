import type { Kafka } from 'kafkajs'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { channelStats, type ChannelStats } from '@chat-battle/contracts/channel-stats'
import type { ChatEvent } from '@chat-battle/contracts/chat-event'
import { poisonRecord, type PoisonRecord } from '@chat-battle/contracts/poison-record'
import { channelStatsTopic, chatMessagesTopic, poisonRecordsTopic } from '@chat-battle/contracts/topics'
import { windowMs, windowStart } from '@chat-battle/contracts/window'
import { provisionKafka } from '@chat-battle/infra/provision'
import { testInstallation, until } from '@chat-battle/infra/testing'
import { createProducer, prefixed } from '@chat-battle/service/kafka'
import { createRegistry } from '@chat-battle/service/metrics'
import { readWholeTopic } from '@chat-battle/service/topic-reader'
import { message, tick } from './chat-events.fixture.ts'
import { startStatistics, type Statistics } from './statistics.ts'

let installation: Awaited<ReturnType<typeof testInstallation>>
let kafka: Kafka

beforeAll(async () => {
  installation = await testInstallation()
  kafka = installation.kafka
})
afterAll(() => installation[Symbol.asyncDispose]())

function start(): Promise<Statistics> {
  return startStatistics({
    ...installation,
    registry: createRegistry(),
    sessionTimeoutMs: 6000,
    onFatal: (error) => {
      throw error
    },
  })
}

/** The newest frame of every window on `channel-stats`, a final one before all others. */
async function readFrames(): Promise<
  { frames: Map<string, ChannelStats>; received: ChannelStats[] } & AsyncDisposable
> {
  const frames = new Map<string, ChannelStats>()
  const received: ChannelStats[] = []
  const consumer = kafka.consumer({
    groupId: prefixed(installation.settings, `view-${Math.random()}`),
    readUncommitted: true,
    maxWaitTimeInMs: 50,
  })
  await consumer.connect()
  await consumer.subscribe({
    topic: prefixed(installation.settings, channelStatsTopic.name),
    fromBeginning: true,
  })
  await consumer.run({
    autoCommit: false,
    eachMessage: async ({ message: { value } }) => {
      const stats = channelStats.parse(JSON.parse(String(value)))
      received.push(stats)
      const key = `${stats.channel_id}:${stats.window_start}`
      const known = frames.get(key)
      if (known === undefined || (!known.final && (stats.final || stats.revision > known.revision)))
        frames.set(key, stats)
      await Promise.resolve()
    },
  })
  return { frames, received, [Symbol.asyncDispose]: () => consumer.disconnect() }
}

test('instances that come and go, gracefully or not, count every message once', async () => {
  await using view = await readFrames()
  const producer = createProducer(kafka)
  await producer.connect()
  const topic = prefixed(installation.settings, chatMessagesTopic.name)
  const say = (events: readonly ChatEvent[]) =>
    producer.send({
      topic,
      messages: events.map((event) => ({ key: event.channel_id, value: JSON.stringify(event) })),
    })
  const now = windowStart(Date.now()) - 2 * windowMs
  const channels = ['11', '12', '13', '14', '15', '16']
  const sent = new Map(channels.map((id) => [id, { count: 0, users: new Set<string>() }]))

  const instances = [await start()]
  for (let round = 0; round < 6; round++) {
    const events = channels.flatMap((channel_id, index) =>
      Array.from({ length: 200 + index }, (_, number) => {
        const user_id = `${(round * 31 + number) % 150}`
        const counted = sent.get(channel_id)
        if (counted !== undefined) {
          counted.count++
          counted.users.add(user_id)
        }
        return message(now + round * 1000 + number, { channel_id, channel_login: `c${channel_id}`, user_id })
      }),
    )
    await say([...events, ...events.slice(0, 50)])
    // Two take turns, so that partitions move while records are under way.
    instances.push(await start())
    if (instances.length > 2) await instances.shift()?.[Symbol.asyncDispose]()
  }
  await until(
    () => channels.every((id) => view.frames.get(`${id}:${now}`)?.message_count === sent.get(id)?.count),
    'every message counted',
  )
  for (const id of channels) {
    expect(view.frames.get(`${id}:${now}`)?.unique_chatters).toBe(sent.get(id)?.users.size)
  }

  await say(
    channels.map((channel_id) => ({
      ...tick(now + 2 * windowMs),
      channel_id,
      channel_login: `c${channel_id}`,
    })),
  )
  await until(() => channels.every((id) => view.frames.get(`${id}:${now}`)?.final), 'final frames')
  for (const id of channels) expect(view.frames.get(`${id}:${now}`)?.message_count).toBe(sent.get(id)?.count)
  for (const instance of instances) await instance[Symbol.asyncDispose]()
  await producer.disconnect()
}, 120_000)

test('an instance that the group has not let in yet is not healthy, however young its process', async () => {
  const now = performance.now.bind(performance)
  const bornAtMs = now()
  vi.spyOn(performance, 'now').mockImplementation(() => now() - bornAtMs)
  try {
    await using instance = await start()
    expect(instance.isHealthy()).toBe(false)
    await until(() => instance.isHealthy(), 'the group has let it in')
  } finally {
    vi.restoreAllMocks()
  }
})

test('a new owner sends what the one before it may not have sent', async () => {
  const producer = createProducer(kafka)
  await producer.connect()
  const said = message(Date.now(), { channel_id: '77', channel_login: 'c77' })
  await using view = await readFrames()
  const sent = () => view.received.filter(({ channel_id }) => channel_id === '77')
  {
    await using _before = await start()
    await producer.send({
      topic: prefixed(installation.settings, chatMessagesTopic.name),
      messages: [{ key: '77', value: JSON.stringify(said) }],
    })
    await until(() => sent().length > 0, 'counted')
  }
  const sentBefore = sent().length
  await using _after = await start()
  await until(() => sent().length > sentBefore, 'sent again')
  expect(sent().at(-1)).toEqual(sent()[0])
  await producer.disconnect()
})

test('poison records are passed over and kept for inspection, and what follows is counted', async () => {
  await using view = await readFrames()
  await using statistics = await start()
  const producer = createProducer(kafka)
  await producer.connect()
  const topic = prefixed(installation.settings, chatMessagesTopic.name)
  const good = message(Date.now(), { channel_id: '99', channel_login: 'poisoned' })
  const values = [
    '',
    'garbage',
    '{"type":"message"}',
    '{"type":"from the future","channel_id":"99"}',
    JSON.stringify(good),
  ]
  await producer.send({
    topic,
    messages: [{ key: '99', value: null }, ...values.map((value) => ({ key: '99', value }))],
  })
  await until(
    () => view.frames.get(`99:${windowStart(good.timestamp)}`)?.message_count === 1,
    'the good one counted',
  )
  await until(() => statistics.isHealthy(), 'healthy')
  const kept: PoisonRecord[] = []
  await using _reader = await readWholeTopic(
    kafka,
    prefixed(installation.settings, poisonRecordsTopic.name),
    installation.logger,
    ({ value }) => kept.push(poisonRecord.parse(JSON.parse(String(value)))),
  )
  await until(() => kept.length === 5, 'kept')
  expect(kept.map(({ value_base64 }) => Buffer.from(value_base64, 'base64').toString()).sort()).toEqual(
    ['', ...values.slice(0, 4)].sort(),
  )
  expect(kept.every((record) => record.topic === topic && record.problem !== '')).toBe(true)
  await producer.disconnect()
})

test('poison that is too much for one request is kept whole', async () => {
  await using _statistics = await start()
  const producer = createProducer(kafka)
  await producer.connect()
  const topic = prefixed(installation.settings, chatMessagesTopic.name)
  const large = Array.from({ length: 30 }, (_, index) => `large ${index} ${'x'.repeat(60_000)}`)
  for (const value of large) await producer.send({ topic, messages: [{ key: '98', value }] })
  const kept = new Set<string>()
  await using _reader = await readWholeTopic(
    kafka,
    prefixed(installation.settings, poisonRecordsTopic.name),
    installation.logger,
    ({ value }) => {
      const { value_base64 } = poisonRecord.parse(JSON.parse(String(value)))
      const text = Buffer.from(value_base64, 'base64').toString()
      if (text.startsWith('large')) kept.add(text)
    },
  )
  await until(() => kept.size === large.length, 'kept')
  await producer.disconnect()
})

test('an input that was created again is read from its beginning, and what was counted stays', async () => {
  const producer = createProducer(kafka)
  await producer.connect()
  const topic = prefixed(installation.settings, chatMessagesTopic.name)
  const nowMs = Date.now()
  const say = (ids: readonly string[]) =>
    producer.send({
      topic,
      messages: ids.map((message_id) => ({
        key: '55',
        value: JSON.stringify(message(nowMs, { channel_id: '55', channel_login: 'c55', message_id })),
      })),
    })
  await using view = await readFrames()
  const counted = () => view.received.findLast(({ channel_id }) => channel_id === '55')?.message_count
  {
    await using _before = await start()
    await say(['a', 'b', 'c'])
    await until(() => counted() === 3, 'counted')
  }
  const admin = kafka.admin()
  await admin.connect()
  await admin.deleteTopics({ topics: [topic] })
  await until(async () => !(await admin.listTopics()).includes(topic), 'deleted')
  await admin.disconnect()
  await provisionKafka(kafka, { prefix: installation.settings.KAFKA_PREFIX, replication: 1 })
  await say(['d', 'e'])
  await using _after = await start()
  await until(() => counted() === 5, 'what is in the new one')
  await say(['f'])
  await until(() => counted() === 6, 'what follows')
  await producer.disconnect()
})
