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

/** A producer on a broker that answers when the test does, and refuses more than `maxInFlight` requests at once. */
async function setup({ maySend = (): boolean => true, maxInFlight = 1 } = {}) {
  const requests: Request[] = []
  const broker = { underWay: 0, isConnected: false }
  const client = {
    connect: () => Promise.resolve(void (broker.isConnected = true)),
    disconnect: () => Promise.resolve(void (broker.isConnected = false)),
    async send({ messages, acks }: { messages: { key: string; value: string | null }[]; acks: number }) {
      if (++broker.underWay > maxInFlight) throw new Error('too many requests at once')
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
    maxInFlight,
  })
  const request = async (index: number): Promise<Request> =>
    vi.waitUntil(() => requests[index], { timeout: 5000, interval: 5 })
  return { producer, requests, request, broker }
}

test('sends the newest waiting record of each key, by one request at a time, acknowledged by all replicas', async () => {
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

test('sends a record again after a failure, unless a newer one of its key waits', async () => {
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

test('resolves a send when the broker has acknowledged the record or a newer one of its key', async () => {
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

test('holds records back while it may not send, then sends the newest', async () => {
  let may = false
  const checked = vi.fn()
  const { producer, requests, request } = await setup({ maySend: () => (checked(), may) })
  producer.offer('a', '1')
  await vi.waitUntil(() => checked.mock.calls.length > 1, { timeout: 5000 })
  producer.offer('a', '2')
  expect(requests).toEqual([])
  may = true
  const first = await request(0)
  expect(first.records).toEqual([['a', '2']])
  first.answer()
  await producer[Symbol.asyncDispose]()
})

test('sends no record that was cleared', async () => {
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

test('sends at most 200 records and 700 kB per request, and a larger record alone', async () => {
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

test('sends everything that waits before it disconnects', async () => {
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

test('drops records on disposal that it may not send', async () => {
  const { producer, requests } = await setup({ maySend: () => false })
  producer.offer('a', '1')
  await producer[Symbol.asyncDispose]()
  expect(requests).toEqual([])
})

test('sends records that are offered together in one request', async () => {
  const { producer, request } = await setup()
  producer.offerAll([
    ['a', '1'],
    ['b', '1'],
    ['a', '2'],
  ])
  const first = await request(0)
  expect(first.records).toEqual([
    ['a', '2'],
    ['b', '1'],
  ])
  first.answer()
  await producer[Symbol.asyncDispose]()
})

test('sends other keys while a request is in flight, but no newer record of a key in it', async () => {
  const { producer, request, requests } = await setup({ maxInFlight: 2 })
  producer.offer('a', '1')
  const first = await request(0)
  producer.offer('a', '2')
  producer.offer('b', '1')
  const second = await request(1)
  expect(second.records).toEqual([['b', '1']])
  second.answer()
  await new Promise((resolve) => setTimeout(resolve, 20))
  expect(requests).toHaveLength(2)
  first.answer()
  const third = await request(2)
  expect(third.records).toEqual([['a', '2']])
  third.answer()
  await producer[Symbol.asyncDispose]()
})

test('shares a request between records of one turn while others are in flight', async () => {
  const { producer, request } = await setup({ maxInFlight: 3 })
  producer.offer('a', '1')
  for (const key of ['b', 'c', 'd']) producer.offer(key, '1')
  const second = await request(1)
  expect(second.records.map(([key]) => key)).toEqual(['b', 'c', 'd'])
  const first = await request(0)
  first.answer()
  second.answer()
  await producer[Symbol.asyncDispose]()
})

test('keeps each key in order, and ends with its newest record, whichever request is answered first', async () => {
  const { producer, requests } = await setup({ maxInFlight: 3 })
  const broker = new Map<string, number>()
  let random = 7
  const next = (below: number) => (random = (random * 48271) % 2147483647) % below
  const open = new Set<number>()
  let seen = 0
  const answerOne = (how: 'any' | 'all') => {
    for (; seen < requests.length; seen++) open.add(seen)
    const index = [...open][next(Math.max(1, open.size))]
    const given = index === undefined ? undefined : requests[index]
    if (index === undefined || given === undefined) return
    open.delete(index)
    // A failed request may have been written before its answer was lost.
    const hasFailed = how === 'any' && next(40) === 0
    for (const [key, value] of given.records) {
      expect(Number(value)).toBeGreaterThanOrEqual(broker.get(key) ?? 0)
      broker.set(key, Number(value))
    }
    given.answer(hasFailed ? new Error('the answer was lost') : undefined)
  }
  const keys = ['a', 'b', 'c', 'd', 'e']
  for (let value = 1; value <= 300; value++) {
    producer.offer(keys[next(keys.length)] ?? '', String(value))
    if (next(2) === 0) answerOne('any')
    if (next(3) === 0) await new Promise((resolve) => setImmediate(resolve))
  }
  for (const key of keys) producer.offer(key, '301')
  const ended = producer[Symbol.asyncDispose]().then(() => true)
  while (!(await Promise.race([ended, new Promise<false>((resolve) => setTimeout(() => resolve(false), 5))])))
    answerOne('all')
  expect([...broker.values()]).toEqual(keys.map(() => 301))
})

test('resolves a send only when its own record is acknowledged, not an older one of its key in flight', async () => {
  const { producer, request } = await setup()
  const acknowledged: string[] = []
  const older = producer.send('a', '1').then(() => acknowledged.push('1'))
  const newer = producer.send('a', '2').then(() => acknowledged.push('2'))
  const first = await request(0)
  first.answer()
  await older
  const second = await request(1)
  expect(acknowledged).toEqual(['1'])
  second.answer()
  await newer
  await producer[Symbol.asyncDispose]()
})

test('retries no record that was cleared while it was in flight', async () => {
  const { producer, request, requests } = await setup()
  producer.offer('a', '1')
  const first = await request(0)
  producer.clear()
  first.answer(new Error('the broker is away'))
  await producer[Symbol.asyncDispose]()
  expect(requests).toHaveLength(1)
})
