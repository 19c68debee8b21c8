import { expect, test } from 'vitest'
import type { KafkaClient } from '@chat-battle/runtime/kafka/client'
import { createLogger } from '@chat-battle/runtime/process/logger'
import { until } from '@chat-battle/testkit/testing'
import type { Dropped } from './event-buffer.ts'
import { EventProducer } from './event-producer.ts'

/** A broker that accepts nothing until `back`, and what it accepted. */
function brokerAway() {
  const back = Promise.withResolvers<undefined>()
  const written: string[] = []
  const producer = {
    connect: () => Promise.resolve(),
    disconnect: () => Promise.resolve(),
    async send({ messages }: { messages: { value: Buffer }[] }) {
      await back.promise
      written.push(...messages.map(({ value }) => value.toString()))
      return [{ logAppendTime: '1' }]
    },
  }
  return { kafka: { producer: () => producer } as unknown as KafkaClient, back, written }
}

async function setup() {
  const broker = brokerAway()
  const dropped: Dropped[] = []
  let nowMs = 0
  const producer = await EventProducer.connect(broker.kafka, {
    topic: 'events',
    maxBufferBytes: 1200,
    logger: createLogger('test', 'silent'),
    clock: () => nowMs++,
    onAppended: () => undefined,
    onDropped: (ranges) => dropped.push(...ranges),
  })
  // While the first event is in flight, the following ones wait.
  producer.send('0', 'first', 'zero')
  await until(() => producer.bufferedBytes === 0, 'the first event is in flight')
  return { broker, dropped, producer }
}

test('drops the oldest events, and the tick that would claim them', async () => {
  const { broker, dropped, producer } = await setup()
  for (const value of ['m1', 'm2', 'm3']) producer.send('1', value, 'arena')
  producer.send('1', 'tick1', 'arena', 'tick')
  producer.send('1', 'm4', 'arena')
  producer.send('1', 'tick2', 'arena', 'tick')
  broker.back.resolve(undefined)
  await producer[Symbol.asyncDispose]()
  expect(broker.written).toEqual(['first', 'm3', 'm4', 'tick2'])
  expect(dropped).toEqual([{ login: 'arena', from: 1, to: 2, count: 2 }])
})

test('keeps the tick after a dropped one when no event between them was dropped', async () => {
  const { broker, producer } = await setup()
  producer.send('1', 'm1', 'arena')
  producer.send('1', 'tick1', 'arena', 'tick')
  for (const value of ['m2', 'm3', 'm4']) producer.send('1', value, 'arena')
  producer.send('1', 'tick2', 'arena', 'tick')
  broker.back.resolve(undefined)
  await producer[Symbol.asyncDispose]()
  expect(broker.written).toEqual(['first', 'm2', 'm3', 'm4', 'tick2'])
})

test('keeps the ticks of other channels', async () => {
  const { broker, producer } = await setup()
  producer.send('1', 'm1', 'arena')
  for (const value of ['o1', 'o2']) producer.send('2', value, 'other')
  producer.send('2', 'tick', 'other', 'tick')
  producer.send('2', 'o3', 'other')
  broker.back.resolve(undefined)
  await producer[Symbol.asyncDispose]()
  expect(broker.written).toEqual(['first', 'o1', 'o2', 'tick', 'o3'])
})

test('reports nothing of a dropped event that is no part of the chat', async () => {
  const { broker, dropped, producer } = await setup()
  producer.send('1', 'viewers', 'arena', 'aside')
  producer.send('1', 'tick1', 'arena', 'tick')
  for (const value of ['m1', 'm2']) producer.send('1', value, 'arena')
  producer.send('1', 'tick2', 'arena', 'tick')
  broker.back.resolve(undefined)
  await producer[Symbol.asyncDispose]()
  expect(broker.written).toEqual(['first', 'tick1', 'm1', 'm2', 'tick2'])
  expect(dropped).toEqual([])
})
