import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { KafkaAdmin } from '@chat-battle/runtime/kafka/admin'
import { PipelineReader, type PipelineReaderParts } from './pipeline-reader.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** A Kafka in which every topic has one partition with 100 records, of which groups have 90 and the last minute brought 30. */
function adminOf(): KafkaAdmin & AsyncDisposable {
  const offset = (value: number) => [{ partition: 0, offset: String(value) }]
  return {
    describeGroups: (ids: string[]) =>
      Promise.resolve({ groups: ids.map((groupId) => ({ groupId, state: 'Stable', members: [1] })) }),
    fetchTopicOffsets: () => Promise.resolve([{ partition: 0, low: '0', high: '100', offset: '100' }]),
    fetchOffsets: ({ topics: [topic] }: { topics: string[] }) =>
      Promise.resolve([{ topic, partitions: offset(90) }]),
    fetchTopicOffsetsByTimestamp: () => Promise.resolve(offset(70)),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  } as unknown as KafkaAdmin & AsyncDisposable
}

function readerOf(given: Partial<PipelineReaderParts> = {}) {
  const connectAdmin = vi.fn(() => Promise.resolve(adminOf()))
  const reader = new PipelineReader({
    connectAdmin,
    nameOf: (name) => `p-${name}`,
    archive: { page: () => Promise.resolve({ rows: [], pageState: undefined }) },
    logger: { warn: () => undefined },
    now: Date.now,
    ...given,
  })
  return { reader, connectAdmin }
}

test('reports the instances, the lag and what topics received', async () => {
  const { kafka, archive_ms } = await readerOf().reader.read()
  const working = { state: 'stable', members: 1 }
  expect(kafka?.groups).toEqual([
    { work: 'ingest', ...working, lag: null },
    { work: 'processor', ...working, lag: 10 },
    { work: 'archive', ...working, lag: 10 },
    { work: 'archive-windows', ...working, lag: 10 },
    { work: 'archive-moments', ...working, lag: 10 },
    { work: 'archive-summaries', ...working, lag: 10 },
    { work: 'opt-out-jobs', ...working, lag: null },
  ])
  expect(kafka?.topics.map(({ topic, appended }) => [topic, appended])).toEqual([
    ['twitch-chat-messages', 30],
    ['channel-stats', 30],
    ['channel-status', 30],
    ['channel-moments', 30],
    ['processor-state', 30],
  ])
  expect(archive_ms).not.toBeNull()
})

test('requests within 5 s share an answer', async () => {
  const { reader, connectAdmin } = readerOf()
  await Promise.all([reader.read(), reader.read()])
  await vi.advanceTimersByTimeAsync(4999)
  await reader.read()
  expect(connectAdmin).toHaveBeenCalledTimes(1)
  await vi.advanceTimersByTimeAsync(1)
  await reader.read()
  expect(connectAdmin).toHaveBeenCalledTimes(2)
})

test('a Kafka or a Cassandra that does not answer is null, within 4 s', async () => {
  const never = () => new Promise<never>(() => undefined)
  const read = readerOf({ connectAdmin: never, archive: { page: never } }).reader.read()
  await vi.advanceTimersByTimeAsync(4000)
  expect(await read).toMatchObject({ kafka: null, archive_ms: null })
  const refused = readerOf({ connectAdmin: () => Promise.reject(new Error('not authorized')) })
  expect(await refused.reader.read()).toMatchObject({ kafka: null })
})
