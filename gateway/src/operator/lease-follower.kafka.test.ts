import { afterAll, beforeAll, expect, test } from 'vitest'
import { monitoredChannelsTopic } from '@chat-battle/contracts/records/topics'
import { createKafka, prefixed, type KafkaClient } from '@chat-battle/runtime/kafka/client'
import { createConflatingProducer } from '@chat-battle/runtime/kafka/conflating-producer'
import { testInstallation, until } from '@chat-battle/testkit/testing'
import { LeaseFollower, type LeaseFollowerParts } from './lease-follower.ts'

const running = new AsyncDisposableStack()
let installation: Awaited<ReturnType<typeof testInstallation>>
let kafka: KafkaClient
const undecodable: string[] = []
beforeAll(async () => {
  installation = running.use(await testInstallation())
  kafka = createKafka('test', installation.settings, installation.logger)
})
afterAll(() => running.disposeAsync())

function partsOf(): LeaseFollowerParts {
  const { settings, logger } = installation
  return { kafka, settings, logger, deadLetters: { keep: ({ offset }) => void undecodable.push(offset) } }
}

test('reads the leases from the first request on, and follows them', async () => {
  const { settings, logger } = installation
  const topic = prefixed(settings, monitoredChannelsTopic.name)
  await using producer = await createConflatingProducer(kafka, { topic, logger })
  await producer.send('arena', JSON.stringify({ ttl_ms: 60_000 }))
  await producer.send('broken', '{}')
  await producer.send('gone', JSON.stringify({ ttl_ms: 60_000 }))
  await using follower = new LeaseFollower(partsOf())
  expect(follower.view()).toBeNull()
  const view = await until(() => follower.view() ?? undefined, 'the leases')
  const end = view.endOf('arena')
  expect(end).toBeGreaterThan(Date.now())
  expect(view.endOf('gone')).not.toBeNull()
  expect([view.endOf('broken'), undecodable.length]).toEqual([null, 1])
  await producer.send('gone', null)
  await producer.send('arena', JSON.stringify({ ttl_ms: 3_600_000 }))
  await until(() => view.endOf('gone') === null && Number(view.endOf('arena')) > Number(end), 'the changes')
})

test('ends while it begins, and without having begun', async () => {
  await using _idle = new LeaseFollower(partsOf())
  await using beginning = new LeaseFollower(partsOf())
  expect(beginning.view()).toBeNull()
})
