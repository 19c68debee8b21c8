import { afterAll, beforeAll, expect, test } from 'vitest'
import { channelStatusTopic } from '@chat-battle/contracts/records/topics'
import { prefixed } from './client.ts'
import { createProducer } from './producer.ts'
import { readWholeTopic } from './topic-reader.ts'
import { proxiedKafka, requestKinds, type KafkaProxy, type Treatment } from '@chat-battle/testkit/kafka-proxy'
import { Random } from '@chat-battle/twitch-stub/random'
import { testInstallation, until } from '@chat-battle/testkit/testing'

let installation: Awaited<ReturnType<typeof testInstallation>>

beforeAll(async () => {
  installation = await testInstallation()
})
afterAll(() => installation[Symbol.asyncDispose]())

/** Treats the first requests of a kind; `times` counts down to 0. */
function treatFirst(proxy: KafkaProxy, times: number, kind: number, treatment: Treatment) {
  const left = { times }
  proxy.treat = (request) =>
    request.kind === kind && left.times > 0 && left.times-- > 0 ? treatment : 'pass'
  return left
}

const failures: [what: string, kind: number, treatment: Treatment][] = [
  ['the coordinator is not available yet', requestKinds.findCoordinator, 'no coordinator'],
  ['the connection is cut while the coordinator is looked up', requestKinds.findCoordinator, 'cut'],
  ['the connection is cut while the coordinator is found', requestKinds.findCoordinator, 'cut after'],
  ['the connection is cut while the group is joined', requestKinds.joinGroup, 'cut after'],
  ['the connection is cut while the group is synchronised', requestKinds.syncGroup, 'cut after'],
  ['the connection is cut while offsets are fetched', requestKinds.listOffsets, 'cut'],
  ['the connection is cut while records are fetched', requestKinds.fetch, 'cut'],
  ['the connection is cut while the broker sends records', requestKinds.fetch, 'cut within'],
  ['the connection is cut while the broker answers a heartbeat', requestKinds.heartbeat, 'cut within'],
  ['the connection is cut while the broker sends metadata', requestKinds.metadata, 'cut within'],
  ['the connection is cut at a heartbeat', requestKinds.heartbeat, 'cut'],
]

test.for(failures)('a topic reader continues when %s', async ([, kind, treatment]) => {
  const { settings, logger } = installation
  await using client = await proxiedKafka(installation)
  const left = treatFirst(client.proxy, 8, kind, treatment)
  const topic = prefixed(settings, channelStatusTopic.name)
  const read = new Set<string>()
  await using reader = await readWholeTopic(client.kafka, topic, logger, ({ key }) => read.add(key))
  await reader.caughtUp
  const producer = createProducer(installation.kafka)
  await producer.connect()
  await until(async () => {
    await producer.send({ topic, messages: [{ key: `${kind} ${treatment}`, value: '{}' }] })
    return read.has(`${kind} ${treatment}`) && left.times === 0
  }, 'the record is read')
  await producer.disconnect()
  expect(left.times).toBe(0)
})

test('a topic reader starts although connections are cut again and again', async () => {
  const { settings, logger } = installation
  const topic = prefixed(settings, channelStatusTopic.name)
  const random = new Random(7)
  for (let start = 0; start < 3; start++) {
    await using client = await proxiedKafka(installation)
    let left = 10
    client.proxy.treat = () =>
      left > 0 && random.chance(0.4) && left-- > 0 ? random.pick(['cut', 'cut after', 'cut within']) : 'pass'
    await using reader = await readWholeTopic(client.kafka, topic, logger, () => undefined)
    await reader.caughtUp
  }
})

test('settles every request although connections are cut while others are in flight', async () => {
  const { settings } = installation
  await using client = await proxiedKafka(installation)
  const random = new Random(7)
  client.proxy.treat = () =>
    random.chance(0.2) ? random.pick(['cut', 'cut after', 'cut within'] as const) : 'pass'
  const admin = client.kafka.admin()
  await admin.connect()
  const topic = prefixed(settings, channelStatusTopic.name)
  const request = async () => {
    for (let count = 0; count < 100; count++) await admin.fetchTopicOffsets(topic).catch(() => undefined)
  }
  await Promise.all(Array.from({ length: 5 }, request))
  client.proxy.treat = () => 'pass'
  await until(() => admin.fetchTopicOffsets(topic).catch(() => undefined), 'the offsets')
  await admin.disconnect()
})

test('does not take part of a cut answer for the beginning of the next one', async () => {
  await using client = await proxiedKafka(installation)
  const admin = client.kafka.admin()
  await admin.connect()
  await admin.listTopics()
  const left = treatFirst(client.proxy, 1, requestKinds.metadata, 'cut within')
  await expect(admin.listTopics()).rejects.toThrow()
  expect(left.times).toBe(0)
  expect(await admin.listTopics()).toContain(prefixed(installation.settings, channelStatusTopic.name))
  await admin.disconnect()
})
