import { noOptOuts } from '@chat-battle/contracts/records/anonymise'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { channelStats } from '@chat-battle/contracts/records/channel-stats'
import { channelStatsTopic, chatMessagesTopic } from '@chat-battle/contracts/records/topics'
import {
  proxiedKafka,
  requestKinds,
  type KafkaRequest,
  type Treatment,
} from '@chat-battle/testkit/kafka-proxy'
import { testInstallation, until } from '@chat-battle/testkit/testing'
import { Random } from '@chat-battle/twitch-stub/random'
import { prefixed } from '@chat-battle/runtime/kafka/client'
import { createProducer } from '@chat-battle/runtime/kafka/producer'
import { createRegistry } from '@chat-battle/runtime/process/metrics'
import { readWholeTopic } from '@chat-battle/runtime/kafka/topic-reader'
import { message } from '@chat-battle/statistics/chat-events.fixture'
import { startStatistics } from './statistics.ts'

let installation: Awaited<ReturnType<typeof testInstallation>>

beforeAll(async () => {
  installation = await testInstallation()
})
afterAll(() => installation[Symbol.asyncDispose]())

/** Statistics that reach Kafka through a proxy, and their fatal errors. */
async function proxiedStatistics(treat: (request: KafkaRequest) => Treatment) {
  const client = await proxiedKafka(installation)
  client.proxy.treat = treat
  const fatal: Error[] = []
  const statistics = await startStatistics({
    keepsTexts: true,
    optOuts: noOptOuts,
    ...installation,
    kafka: client.kafka,
    registry: createRegistry(),
    sessionTimeoutMs: 6000,
    onFatal: (error) => fatal.push(error),
  })
  return {
    statistics,
    fatal,
    async [Symbol.asyncDispose]() {
      client.proxy.treat = () => 'pass'
      await statistics[Symbol.asyncDispose]()
      await client[Symbol.asyncDispose]()
    },
  }
}

const isSearch = ({ kind }: KafkaRequest) => kind === requestKinds.findCoordinator

test.for<[what: string, is: (request: KafkaRequest) => boolean, treatment: Treatment]>([
  ['there is no coordinator yet', isSearch, 'no coordinator'],
  ['the search for the coordinator is cut', isSearch, 'cut'],
  ['joining the group is cut', ({ kind }) => kind === requestKinds.joinGroup, 'cut after'],
  ['taking over is cut', ({ kind }) => kind === requestKinds.initProducerId, 'cut'],
  ['the marker is cut', ({ kind }) => kind === requestKinds.endTransaction, 'cut after'],
  [
    'reading the state is cut',
    (request) => isSearch(request) && request.bytes.includes('processor-state'),
    'cut',
  ],
])('owns every partition in the end, without a fatal error, when %s', async ([, is, treatment]) => {
  let left = 4
  await using started = await proxiedStatistics((request) =>
    left > 0 && is(request) && left-- > 0 ? treatment : 'pass',
  )
  await until(() => left === 0 && started.statistics.isHealthy(), 'all partitions are owned')
  expect(started.fatal).toEqual([])
})

test('counts every message once while connections are cut again and again', async () => {
  const { kafka, settings, logger } = installation
  const random = new Random(7)
  let isCutting = true
  await using started = await proxiedStatistics(() =>
    isCutting && random.chance(0.02) ? random.pick(['cut', 'cut after', 'cut within'] as const) : 'pass',
  )
  const counts = new Map<string, number>()
  const statsTopic = prefixed(settings, channelStatsTopic.name)
  await using _reader = await readWholeTopic(kafka, statsTopic, logger, ({ value }) => {
    const { channel_id, message_count } = channelStats.parse(JSON.parse(String(value)))
    counts.set(channel_id, Math.max(message_count, counts.get(channel_id) ?? 0))
  })
  const producer = createProducer(kafka)
  await producer.connect()
  const channels = ['21', '22', '23', '24', '25', '26']
  const atMs = Date.now()
  for (let round = 0; round < 20; round++) {
    await producer.send({
      topic: prefixed(settings, chatMessagesTopic.name),
      messages: channels.map((channel_id) => ({
        key: channel_id,
        value: JSON.stringify(message(atMs + round, { channel_id, channel_login: `c${channel_id}` })),
      })),
    })
    await until(() => [...counts.values()].some((count) => count > round), 'the statistics continue')
  }
  isCutting = false
  await until(() => channels.every((id) => counts.get(id) === 20), 'every message is counted once')
  expect(started.fatal).toEqual([])
  await producer.disconnect()
})
