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

/** Treats the first requests of a kind, and tells how many are still to come. */
function treatFirst(proxy: KafkaProxy, times: number, kind: number, treatment: Treatment) {
  const left = { times }
  proxy.treat = (request) =>
    request.kind === kind && left.times > 0 && left.times-- > 0 ? treatment : 'pass'
  return left
}

const failures: [what: string, kind: number, treatment: Treatment][] = [
  ['the coordinator is not there yet', requestKinds.findCoordinator, 'no coordinator'],
  ['the broker ends while the coordinator is searched', requestKinds.findCoordinator, 'cut'],
  ['the broker ends while the coordinator is found', requestKinds.findCoordinator, 'cut after'],
  ['the broker ends while the group is joined', requestKinds.joinGroup, 'cut after'],
  ['the broker ends while the group is divided', requestKinds.syncGroup, 'cut after'],
  ['the broker ends while the ends of the topic are looked up', requestKinds.listOffsets, 'cut'],
  ['the broker ends while records are fetched', requestKinds.fetch, 'cut'],
  ['the broker ends while it sends records', requestKinds.fetch, 'cut within'],
  ['the broker ends while it answers a heartbeat', requestKinds.heartbeat, 'cut within'],
  ['the broker ends while it describes the topic', requestKinds.metadata, 'cut within'],
  ['the broker ends at a heartbeat', requestKinds.heartbeat, 'cut'],
]

test.for(failures)('a view goes on when %s', async ([, kind, treatment]) => {
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
  }, 'what is written is read')
  await producer.disconnect()
  expect(left.times).toBe(0)
})

test('a view starts, however often the broker ends meanwhile', async () => {
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

test('every request ends, however often connections are cut while others are under way', async () => {
  const { settings } = installation
  await using client = await proxiedKafka(installation)
  const random = new Random(7)
  client.proxy.treat = () =>
    random.chance(0.2) ? random.pick(['cut', 'cut after', 'cut within'] as const) : 'pass'
  const admin = client.kafka.admin()
  await admin.connect()
  const topic = prefixed(settings, channelStatusTopic.name)
  const ask = async () => {
    for (let asked = 0; asked < 100; asked++) await admin.fetchTopicOffsets(topic).catch(() => undefined)
  }
  await Promise.all(Array.from({ length: 5 }, ask))
  client.proxy.treat = () => 'pass'
  await until(() => admin.fetchTopicOffsets(topic).catch(() => undefined), 'the offsets')
  await admin.disconnect()
})

test('what was received of an answer before the connection was cut is not taken for the beginning of the next', async () => {
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
