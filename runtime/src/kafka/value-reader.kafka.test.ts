import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { channelStatusTopic } from '@chat-battle/contracts/records/topics'
import { testInstallation, until } from '@chat-battle/testkit/testing'
import { prefixed } from './client.ts'
import type { DeadRecord } from './dead-letters.ts'
import { createProducer } from './producer.ts'
import type { TopicRecord } from './record.ts'
import { readValues, type ValueReaderOptions } from './value-reader.ts'

let installation: Awaited<ReturnType<typeof testInstallation>>

beforeAll(async () => {
  installation = await testInstallation()
})
afterAll(() => installation[Symbol.asyncDispose]())

test('skips what later records replace while it catches up, where it may, and reads every one afterwards', async () => {
  const { kafka, settings, logger } = installation
  const topic = prefixed(settings, channelStatusTopic.name)
  const producer = createProducer(kafka)
  await producer.connect()
  const send = (...records: [key: string, value: string | null][]) =>
    producer.send({ topic, messages: records.map(([key, value]) => ({ key, value, partition: 0 })) })
  await send(
    ['a', '1'],
    ['spoiled', '7'],
    ['b', '2'],
    ['gone', '3'],
    ['a', '4'],
    ['spoiled', '"not a number"'],
    ['gone', null],
    ['a', '5'],
  )
  const read = async (options?: ValueReaderOptions) => {
    const [seen, dead]: [string[], string[]] = [[], []]
    const listeners = {
      onValue: (value: number, { key }: TopicRecord) => seen.push(`${key} ${value}`),
      onDeleted: ({ key }: TopicRecord) => seen.push(`${key} deleted`),
      onDeadLetter: ({ value }: DeadRecord) => dead.push(String(value)),
    }
    const reader = await readValues(kafka, topic, z.number(), logger, listeners, options)
    await reader.caughtUp
    return { reader, seen, dead }
  }
  const whole = await read()
  await whole.reader[Symbol.asyncDispose]()
  expect(whole.seen).toEqual(['a 1', 'spoiled 7', 'b 2', 'gone 3', 'a 4', 'gone deleted', 'a 5'])
  expect(whole.dead).toEqual(['"not a number"'])

  const { reader, seen, dead } = await read({ skipsReplaced: true })
  expect(seen).toEqual(['spoiled 7', 'b 2', 'gone deleted', 'a 5'])
  expect(dead).toEqual(['"not a number"'])

  await send(['a', '6'], ['a', 'null'], ['a', '8'])
  await until(() => seen.includes('a 8'), 'the last record was read')
  expect(seen.slice(4)).toEqual(['a 6', 'a 8'])
  expect(dead).toEqual(['"not a number"', 'null'])
  await reader[Symbol.asyncDispose]()
  await producer.disconnect()
})
