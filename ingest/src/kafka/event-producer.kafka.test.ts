import { afterAll, beforeAll, expect, test } from 'vitest'
import { chatMessagesTopic } from '@chat-battle/contracts/records/topics'
import { proxiedKafka, requestKinds } from '@chat-battle/testkit/kafka-proxy'
import { testInstallation, until } from '@chat-battle/testkit/testing'
import { Random } from '@chat-battle/twitch-stub/random'
import { prefixed } from '@chat-battle/runtime/kafka/client'
import { readWholeTopic } from '@chat-battle/runtime/kafka/topic-reader'
import { EventProducer } from './event-producer.ts'

let installation: Awaited<ReturnType<typeof testInstallation>>

beforeAll(async () => {
  installation = await testInstallation()
})
afterAll(() => installation[Symbol.asyncDispose]())

test('writes every event once and in order, however often the broker cuts the connection', async () => {
  const { settings, logger } = installation
  const topic = prefixed(settings, chatMessagesTopic.name)
  await using client = await proxiedKafka(installation)
  let starts = 4
  client.proxy.treat = ({ kind }) =>
    kind === requestKinds.initProducerId && starts > 0 && starts-- > 0 ? 'cut' : 'pass'
  const dropped: unknown[] = []
  const producer = await EventProducer.connect(client.kafka, {
    topic,
    maxBufferBytes: 1_000_000,
    logger,
    clock: () => performance.now(),
    onAppended: () => undefined,
    onDropped: (ranges) => dropped.push(...ranges),
  })
  expect(starts).toBe(0)
  const random = new Random(7)
  client.proxy.treat = () =>
    random.chance(0.2) ? random.pick(['cut', 'cut after', 'cut within'] as const) : 'pass'
  const events = Array.from({ length: 200 }, (_, number) => `event ${number}`)
  const read: string[] = []
  await using _reader = await readWholeTopic(installation.kafka, topic, logger, ({ value }) =>
    read.push(String(value)),
  )
  for (const [number, event] of events.entries()) {
    producer.send('1', event, 'arena')
    // One event per request.
    await until(() => read.length > number, `${event} is there`)
  }
  client.proxy.treat = () => 'pass'
  await producer[Symbol.asyncDispose]()
  expect(read).toEqual(events)
  expect(dropped).toEqual([])
})
