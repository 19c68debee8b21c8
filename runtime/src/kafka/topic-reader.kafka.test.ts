import { afterAll, beforeAll, expect, test } from 'vitest'
import { channelStatusTopic } from '@chat-battle/contracts/records/topics'
import { prefixed } from './client.ts'
import { createProducer } from './producer.ts'
import type { TopicRecord } from './record.ts'
import { readWholeTopic } from './topic-reader.ts'
import { testInstallation, until } from '@chat-battle/testkit/testing'

let installation: Awaited<ReturnType<typeof testInstallation>>
let topic: string

beforeAll(async () => {
  installation = await testInstallation()
  topic = prefixed(installation.settings, channelStatusTopic.name)
})
afterAll(() => installation[Symbol.asyncDispose]())

/** A reader and the records that it has read. */
async function read() {
  const { kafka, logger } = installation
  const records: TopicRecord[] = []
  const reader = await readWholeTopic(kafka, topic, logger, (record) => records.push(record))
  return { reader, records, keys: () => records.map(({ key }) => key).sort() }
}

test('has caught up with an empty topic at once, and notes contact without records', async () => {
  const { reader, records } = await read()
  await reader.caughtUp
  const lastContactAtMs = reader.lastContactAtMs()
  await until(() => reader.lastContactAtMs() > lastContactAtMs, 'Kafka answers')
  expect(records).toEqual([])
  expect(reader.lag()).toBe(0)
  await reader[Symbol.asyncDispose]()
})

test('reads everything from the beginning, with tombstones and uncommitted records, then follows', async () => {
  const { kafka, settings } = installation
  const beforeMs = Date.now()
  const producer = createProducer(kafka)
  await producer.connect()
  const send = (key: string, partition: number, value: string | null = `value of ${key}`) =>
    producer.send({ topic, messages: [{ key, partition, value }] })
  await send('first', 0)
  await send('deleted', 1, null)
  for (const [id, end] of ['commit', 'abort', 'open'].entries()) {
    const writer = createProducer(kafka, {
      transactionalId: prefixed(settings, `writer-${id}`),
      idempotent: true,
    })
    await writer.connect()
    const transaction = await writer.transaction()
    // The partition ends with a control record, which no reader receives.
    await transaction.send({ topic, messages: [{ key: end, partition: id, value: 'x' }] })
    if (end === 'commit') await transaction.commit()
    else if (end === 'abort') await transaction.abort()
    await writer.disconnect()
  }
  const { reader, records, keys } = await read()
  await reader.caughtUp
  expect(keys()).toEqual(['abort', 'commit', 'deleted', 'first', 'open'])
  expect(records.find(({ key }) => key === 'deleted')).toMatchObject({ topic, partition: 1, value: null })
  const first = records.find(({ key }) => key === 'first')
  expect(String(first?.value)).toBe('value of first')
  expect(first).toMatchObject({ topic, partition: 0, offset: '0' })
  expect(first?.appendedAtMs).toBeGreaterThan(beforeMs - 5000)
  await send('later', 2)
  await until(() => keys().includes('later'), 'what comes')
  expect(reader.lag()).toBe(0)
  await reader[Symbol.asyncDispose]()
  await producer.disconnect()
})

test('catches up only after it has read every record that existed at its start', async () => {
  const producer = createProducer(installation.kafka)
  await producer.connect()
  const keys = Array.from({ length: 900 }, (_, index) => `many ${index}`)
  for (let sent = 0; sent < 3; sent++) {
    const messages = keys.slice(sent * 300, (sent + 1) * 300).map((key) => ({ key, value: 'x'.repeat(6000) }))
    await producer.send({ topic, messages })
  }
  await producer.disconnect()
  const { reader, keys: readKeys } = await read()
  await reader.caughtUp
  expect(readKeys()).toEqual(expect.arrayContaining(keys))
  await reader[Symbol.asyncDispose]()
})
