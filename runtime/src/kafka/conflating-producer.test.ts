import type { Kafka } from 'kafkajs'
import { expect, test, vi } from 'vitest'
import { maxRequestBytes } from './producer.ts'
import { createLogger } from '../process/logger.ts'
import { createConflatingProducer } from './conflating-producer.ts'

interface Request {
  records: [key: string, value: string | null][]
  acks: number
  answer: (failure?: Error) => void
}

/** A producer on a broker that answers when it is told to; it takes no second request before. */
async function setup({ maySend = (): boolean => true } = {}) {
  const requests: Request[] = []
  const broker = { underWay: 0, isConnected: false }
  const client = {
    connect: () => Promise.resolve(void (broker.isConnected = true)),
    disconnect: () => Promise.resolve(void (broker.isConnected = false)),
    async send({ messages, acks }: { messages: { key: string; value: string | null }[]; acks: number }) {
      if (++broker.underWay > 1) throw new Error('two requests at once')
      const { promise, resolve, reject } = Promise.withResolvers<undefined>()
      const answer = (failure?: Error) => (failure === undefined ? resolve(undefined) : reject(failure))
      requests.push({ records: messages.map(({ key, value }) => [key, value]), acks, answer })
      await promise.finally(() => broker.underWay--)
    },
  }
  const producer = await createConflatingProducer({ producer: () => client } as unknown as Kafka, {
    topic: 'figures',
    logger: createLogger('test', 'silent'),
    maySend,
  })
  const request = async (index: number): Promise<Request> =>
    vi.waitUntil(() => requests[index], { timeout: 5000, interval: 5 })
  return { producer, requests, request, broker }
}

test('of each key the newest record that waits is sent, by one request at a time, confirmed by all replicas', async () => {
  const { producer, requests, request } = await setup()
  producer.offer('a', '1')
  producer.offer('b', '1')
  producer.offer('a', '2')
  producer.offer('c', null)
  const first = await request(0)
  expect(first).toMatchObject({ records: [['a', '1']], acks: -1 })
  expect(producer.waiting).toBe(3)
  first.answer()
  const second = await request(1)
  expect(new Map(second.records)).toEqual(
    new Map<string, string | null>([
      ['b', '1'],
      ['a', '2'],
      ['c', null],
    ]),
  )
  second.answer()
  await producer[Symbol.asyncDispose]()
  expect(requests).toHaveLength(2)
})

test('what was not sent is sent again, unless something newer of its key has come', async () => {
  const { producer, request } = await setup()
  producer.offer('a', '1')
  const first = await request(0)
  producer.offer('b', '1')
  first.answer(new Error('the broker is away'))
  const second = await request(1)
  expect(new Map(second.records)).toEqual(
    new Map([
      ['a', '1'],
      ['b', '1'],
    ]),
  )
  producer.offer('a', '2')
  second.answer(new Error('the broker is away'))
  const third = await request(2)
  expect(new Map(third.records)).toEqual(
    new Map([
      ['a', '2'],
      ['b', '1'],
    ]),
  )
  third.answer()
  await producer[Symbol.asyncDispose]()
})

test('a record is acknowledged when it, or a newer one of its key, was taken, and not before', async () => {
  const { producer, request } = await setup()
  const acknowledged: string[] = []
  const send = (key: string, value: string) =>
    producer.send(key, value).then(() => acknowledged.push(`${key}${value}`))
  const sent = [send('a', '1'), send('b', '1'), send('b', '2')]
  const first = await request(0)
  first.answer(new Error('the broker is away'))
  const second = await request(1)
  expect(acknowledged).toEqual([])
  second.answer()
  await Promise.all(sent)
  expect(acknowledged).toEqual(['a1', 'b1', 'b2'])
  const last = producer.send('c', '1')
  const other = vi.fn()
  void producer.send('d', '1').then(other)
  const third = await request(2)
  expect(third.records).toEqual([['c', '1']])
  third.answer()
  await last
  const fourth = await request(3)
  expect(other).not.toHaveBeenCalled()
  fourth.answer()
  await producer[Symbol.asyncDispose]()
})

test('nothing is sent while it may not be, the newest goes when it may', async () => {
  let may = false
  const asked = vi.fn()
  const { producer, requests, request } = await setup({ maySend: () => (asked(), may) })
  producer.offer('a', '1')
  await vi.waitUntil(() => asked.mock.calls.length > 1, { timeout: 5000 })
  producer.offer('a', '2')
  expect(requests).toEqual([])
  may = true
  const first = await request(0)
  expect(first.records).toEqual([['a', '2']])
  first.answer()
  await producer[Symbol.asyncDispose]()
})

test('what was cleared is not sent', async () => {
  const { producer, requests, request } = await setup()
  producer.offer('a', '1')
  const first = await request(0)
  producer.offer('b', '1')
  producer.clear()
  expect(producer.waiting).toBe(0)
  first.answer()
  await producer[Symbol.asyncDispose]()
  expect(requests).toHaveLength(1)
})

test('a request holds 200 records, or as much as the broker takes; a greater record goes alone', async () => {
  const { producer, request } = await setup()
  producer.offer('first', '')
  const first = await request(0)
  for (let number = 0; number < 300; number++) producer.offer(`small ${number}`, '')
  for (const name of ['x', 'y']) producer.offer(name, 'x'.repeat(0.6 * maxRequestBytes))
  producer.offer('too large', 'x'.repeat(2 * maxRequestBytes))
  producer.offer('last', '')
  first.answer()
  const sizes: number[] = []
  for (let index = 1; index < 6; index++) {
    const { records, answer } = await request(index)
    sizes.push(records.length)
    answer()
  }
  expect(sizes).toEqual([200, 101, 1, 1, 1])
  await producer[Symbol.asyncDispose]()
})

test('ending waits for what is under way and for what waits, then disconnects', async () => {
  const { producer, request, broker } = await setup()
  producer.offer('a', '1')
  const first = await request(0)
  producer.offer('b', '1')
  const ended = producer[Symbol.asyncDispose]()
  first.answer()
  const second = await request(1)
  expect(broker.isConnected).toBe(true)
  second.answer()
  await ended
  expect(broker.isConnected).toBe(false)
})

test('ending gives up what may not be sent', async () => {
  const { producer, requests } = await setup({ maySend: () => false })
  producer.offer('a', '1')
  await producer[Symbol.asyncDispose]()
  expect(requests).toEqual([])
})
