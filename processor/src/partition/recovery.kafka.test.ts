import { noOptOuts } from '@chat-battle/contracts/records/anonymise'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { isNewerFrame } from '@chat-battle/contracts/records/newer-frame'
import { channelStats, type ChannelStats } from '@chat-battle/contracts/records/channel-stats'
import type { ChatEvent } from '@chat-battle/contracts/records/chat-event'
import { deadLetter, type DeadLetter } from '@chat-battle/contracts/records/dead-letter'
import { emptyStats } from '@chat-battle/contracts/records/empty-stats'
import {
  channelStatsTopic,
  chatMessagesTopic,
  deadLettersTopic,
  processorStateTopic,
} from '@chat-battle/contracts/records/topics'
import { windowMs, windowStart } from '@chat-battle/contracts/window'
import { provisionKafka } from '@chat-battle/provision/provision'
import { testInstallation, until } from '@chat-battle/testkit/testing'
import { prefixed, type KafkaClient } from '@chat-battle/runtime/kafka/client'
import { createProducer } from '@chat-battle/runtime/kafka/producer'
import { createRegistry } from '@chat-battle/runtime/process/metrics'
import { readWholeTopic } from '@chat-battle/runtime/kafka/topic-reader'
import { message, tick } from '@chat-battle/statistics/chat-events.fixture'
import { openChangelogTopic } from '../changelog/changelog-topic.ts'
import { startStatistics, type Statistics } from './statistics.ts'

let installation: Awaited<ReturnType<typeof testInstallation>>
let kafka: KafkaClient

beforeAll(async () => {
  installation = await testInstallation()
  kafka = installation.kafka
})
afterAll(() => installation[Symbol.asyncDispose]())

type Installed = typeof installation

function start(there: Pick<Installed, 'kafka' | 'settings'> = installation): Promise<Statistics> {
  return startStatistics({
    keepsTexts: true,
    optOuts: noOptOuts,
    ...installation,
    ...there,
    registry: createRegistry(),
    sessionTimeoutMs: 6000,
    onFatal: (error) => {
      throw error
    },
  })
}

/** The newest frame of every window on `channel-stats`; a final one is the newest. */
async function readFrames({ kafka, settings }: Pick<Installed, 'kafka' | 'settings'> = installation): Promise<
  { frames: Map<string, ChannelStats>; received: ChannelStats[] } & AsyncDisposable
> {
  const frames = new Map<string, ChannelStats>()
  const received: ChannelStats[] = []
  const topic = prefixed(settings, channelStatsTopic.name)
  const reader = await readWholeTopic(kafka, topic, installation.logger, ({ value }) => {
    const stats = channelStats.parse(JSON.parse(String(value)))
    received.push(stats)
    const key = `${stats.channel_id}:${stats.window_start}`
    const known = frames.get(key)
    if (known === undefined || isNewerFrame(stats, known)) frames.set(key, stats)
  })
  return { frames, received, [Symbol.asyncDispose]: () => reader[Symbol.asyncDispose]() }
}

test('counts every message once while instances come and go', async () => {
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
    // Two instances overlap, so that partitions move while records are in flight.
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

test('is not healthy before the group has admitted the instance, also in a young process', async () => {
  const now = performance.now.bind(performance)
  const bornAtMs = now()
  vi.spyOn(performance, 'now').mockImplementation(() => now() - bornAtMs)
  try {
    await using instance = await start()
    expect(instance.isHealthy()).toBe(false)
    await until(() => instance.isHealthy(), 'the group has admitted it')
  } finally {
    vi.restoreAllMocks()
  }
})

test('a new owner sends frames that the previous one may not have sent', async () => {
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

test('skips dead letters, keeps them, and counts the records behind them', async () => {
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
  const kept: DeadLetter[] = []
  await using _reader = await readWholeTopic(
    kafka,
    prefixed(installation.settings, deadLettersTopic.name),
    installation.logger,
    ({ value }) => kept.push(deadLetter.parse(JSON.parse(String(value)))),
  )
  await until(() => kept.length === 5, 'kept')
  expect(kept.map(({ value_base64 }) => Buffer.from(value_base64, 'base64').toString()).sort()).toEqual(
    ['', ...values.slice(0, 4)].sort(),
  )
  expect(kept.every((record) => record.topic === topic && record.problem !== '')).toBe(true)
  await producer.disconnect()
})

test('keeps more dead letters than fit one request', async () => {
  await using _statistics = await start()
  const producer = createProducer(kafka)
  await producer.connect()
  const topic = prefixed(installation.settings, chatMessagesTopic.name)
  const large = Array.from({ length: 30 }, (_, index) => `large ${index} ${'x'.repeat(60_000)}`)
  for (const value of large) await producer.send({ topic, messages: [{ key: '98', value }] })
  const kept = new Set<string>()
  await using _reader = await readWholeTopic(
    kafka,
    prefixed(installation.settings, deadLettersTopic.name),
    installation.logger,
    ({ value }) => {
      const { value_base64 } = deadLetter.parse(JSON.parse(String(value)))
      const text = Buffer.from(value_base64, 'base64').toString()
      if (text.startsWith('large')) kept.add(text)
    },
  )
  await until(() => kept.size === large.length, 'kept')
  await producer.disconnect()
})

/** Deletes an installation's input topic and creates it again. */
async function recreateInput({ kafka, settings }: Installed): Promise<void> {
  const topic = prefixed(settings, chatMessagesTopic.name)
  const admin = kafka.admin()
  await admin.connect()
  await admin.deleteTopics({ topics: [topic] })
  await until(async () => !(await admin.listTopics()).includes(topic), 'deleted')
  await admin.disconnect()
  await provisionKafka(kafka, { prefix: settings.KAFKA_PREFIX, replication: 1 })
}

test.each([
  { name: 'fewer', before: ['a', 'b', 'c'], after: ['d', 'e'] },
  { name: 'more', before: ['a', 'b'], after: ['c', 'd', 'e', 'f', 'g'] },
])(
  'reads a recreated input with $name records from its beginning, and revisions keep growing',
  async ({ before, after }) => {
    await using own = await testInstallation()
    const producer = createProducer(own.kafka)
    await producer.connect()
    const nowMs = Date.now()
    const say = (ids: readonly string[]) =>
      producer.send({
        topic: prefixed(own.settings, chatMessagesTopic.name),
        messages: ids.map((message_id) => ({
          key: '55',
          value: JSON.stringify(message(nowMs, { channel_id: '55', channel_login: 'c55', message_id })),
        })),
      })
    await using view = await readFrames(own)
    const counted = () => view.received.at(-1)?.message_count
    {
      await using _before = await start(own)
      await say(before)
      await until(() => counted() === before.length, 'counted')
    }
    await recreateInput(own)
    await say(after)
    {
      await using _after = await start(own)
      await until(() => counted() === before.length + after.length, 'what is in the new one')
      await say(['last'])
      await until(() => counted() === before.length + after.length + 1, 'what follows')
    }
    const revisions = view.received.map(({ revision }) => revision)
    expect(revisions).toEqual(revisions.toSorted((a, b) => a - b))
    await producer.disconnect()
  },
)

describe('the changelog of a partition', () => {
  const { signal } = new AbortController()
  const open = () => openChangelogTopic({ ...installation, kafka, keepsTexts: true }, 0, signal)
  const record = (key: string) => ({ key, value: Buffer.from(key) })
  const closed = (id: string) => ({
    moments: [],
    frames: [{ ...emptyStats(id, `c${id}`, 0), final: true }],
    summaries: [],
  })

  test('is written only by its new owner', async () => {
    await using view = await readFrames()
    const before = await open()
    await before.write([record('first')], closed('301'))
    const after = await open()
    expect([...after.restored.keys()]).toContain('first')
    await expect(before.write([record('fenced')], closed('302'))).rejects.toThrow()
    await after.write([record('second')], closed('303'))
    const last = await open()
    expect([...last.restored.keys()]).toEqual(expect.arrayContaining(['first', 'second']))
    expect([...last.restored.keys()]).not.toContain('fenced')
    await until(() => view.frames.has('303:0'), 'the final frame of the new owner')
    expect(view.frames.has('302:0')).toBe(false)
    for (const store of [before, after, last]) await store.close()
  })

  test('is restored without uncommitted records of the previous owner', async () => {
    const before = createProducer(kafka, {
      transactionalId: prefixed(installation.settings, 'processor-0'),
      idempotent: true,
    })
    await before.connect()
    const transaction = await before.transaction()
    const topic = prefixed(installation.settings, processorStateTopic.name)
    await transaction.send({ topic, messages: [{ ...record('uncommitted'), partition: 0 }] })
    const after = await open()
    expect([...after.restored.keys()]).not.toContain('uncommitted')
    await after.close()
    await before.disconnect()
  })
})

/** A Kafka client whose consumers report no heartbeat. */
function withoutHeartbeats(real: KafkaClient): KafkaClient {
  return new Proxy(real, {
    get(target, name: keyof KafkaClient) {
      if (name !== 'consumer') return target[name].bind(target) as unknown
      return (config: Parameters<KafkaClient['consumer']>[0]) => {
        const consumer = target.consumer(config)
        const on = consumer.on.bind(consumer) as (event: string, listener: () => void) => () => void
        const isReported = (event: string) => event !== consumer.events.HEARTBEAT
        return {
          ...consumer,
          on: (event: string, listener: () => void) =>
            isReported(event) ? on(event, listener) : () => undefined,
        }
      }
    },
  })
}

test('sends no frames while it may have lost its partitions', async () => {
  await using own = await testInstallation()
  await using view = await readFrames(own)
  await using statistics = await start({ ...own, kafka: withoutHeartbeats(own.kafka) })
  const producer = createProducer(own.kafka)
  await producer.connect()
  const say = (channel_id: string) =>
    producer.send({
      topic: prefixed(own.settings, chatMessagesTopic.name),
      messages: [
        { key: channel_id, value: JSON.stringify(message(Date.now(), { channel_id, channel_login: 'c' })) },
      ],
    })
  await until(() => statistics.isHealthy(), 'the group has admitted it')
  await say('1')
  await until(() => view.received.length > 0, 'a frame')
  await until(() => !statistics.isHealthy(), 'its last heartbeat is old')
  await say('2')
  const admin = own.kafka.admin()
  await admin.connect()
  const processed = async () => {
    const [group] = await admin.fetchOffsets({ groupId: prefixed(own.settings, 'processor') })
    return group?.partitions.reduce((sum, { offset }) => sum + Math.max(0, Number(offset)), 0)
  }
  await until(async () => (await processed()) === 2, 'it has processed the second message')
  await admin.disconnect()
  // These markers are written behind all frames that the instance sent.
  const marker = JSON.stringify(emptyStats('2', 'marker', 0))
  const topic = prefixed(own.settings, channelStatsTopic.name)
  await producer.send({
    topic,
    messages: [0, 1, 2].map((partition) => ({ partition, key: 'marker', value: marker })),
  })
  await until(
    () => view.received.filter(({ channel_login }) => channel_login === 'marker').length === 3,
    'the end',
  )
  expect(view.received.filter(({ channel_login }) => channel_login !== 'marker')).toMatchObject([
    { channel_id: '1' },
  ])
  await producer.disconnect()
})
