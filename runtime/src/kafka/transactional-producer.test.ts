import { expect, test, vi } from 'vitest'
import type { KafkaClient } from './client.ts'
import { maxRequestBytes } from './producer.ts'
import { openTransactionalProducer } from './transactional-producer.ts'

interface Sent {
  topic: string
  messages: { key: string; partition?: number }[]
}

/** A broker that records transactions; `fail` is called at each send. */
function broker({ connect = () => Promise.resolve(), fail = (): void => undefined } = {}) {
  const ended: string[] = []
  const sent: Sent[] = []
  const disconnect = vi.fn(() => Promise.resolve())
  const transaction = () => {
    let isActive = true
    const end = (how: string) => {
      isActive = false
      ended.push(how)
      return Promise.resolve()
    }
    return Promise.resolve({
      isActive: () => isActive,
      send: async (request: Sent) => {
        sent.push(request)
        fail()
        await Promise.resolve()
      },
      commit: () => end('committed'),
      abort: () => end('aborted'),
    })
  }
  const kafka = { producer: () => ({ connect, disconnect, transaction }) } as unknown as KafkaClient
  const open = () => openTransactionalProducer(kafka, { transactionalId: 'id', transactionTimeoutMs: 10_000 })
  return { open, sent, ended, disconnect }
}

const record = (key: string, bytes = 1) => ({ key, value: Buffer.alloc(bytes) })

test('writes to several topics in one transaction, to the partition that is given', async () => {
  const { open, sent, ended } = broker()
  const producer = await open()
  await producer.write([
    { topic: 'state', partition: 2, records: [record('a'), record('b')] },
    { topic: 'frames', records: [record('c')] },
    { topic: 'nothing', records: [] },
  ])
  expect(sent).toMatchObject([
    {
      topic: 'state',
      messages: [
        { key: 'a', partition: 2 },
        { key: 'b', partition: 2 },
      ],
    },
    { topic: 'frames', messages: [{ key: 'c', partition: undefined }] },
  ])
  expect(ended).toEqual(['committed'])
})

test('splits records into requests below the size limit, and sends a larger record alone', async () => {
  const { open, sent, ended } = broker()
  const producer = await open()
  const half = 0.4 * maxRequestBytes
  await producer.write([
    {
      topic: 'state',
      records: [
        record('a', half),
        record('b', half),
        record('c', half),
        record('d', 2 * maxRequestBytes),
        record('e'),
      ],
    },
  ])
  expect(sent.map(({ messages }) => messages.map(({ key }) => key))).toEqual([
    ['a', 'b'],
    ['c'],
    ['d'],
    ['e'],
  ])
  expect(ended).toEqual(['committed'])
})

test('aborts the transaction and rejects when a request fails', async () => {
  const fenced = new Error('fenced')
  const { open, ended } = broker({
    fail() {
      throw fenced
    },
  })
  const producer = await open()
  await expect(producer.write([{ topic: 'state', records: [record('a')] }])).rejects.toBe(fenced)
  expect(ended).toEqual(['aborted'])
})

test('disconnects when it cannot connect', async () => {
  const { open, disconnect } = broker({ connect: () => Promise.reject(new Error('refused')) })
  await expect(open()).rejects.toThrow('refused')
  expect(disconnect).toHaveBeenCalledOnce()
})
