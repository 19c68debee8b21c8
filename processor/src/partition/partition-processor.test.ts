import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { ChannelStats } from '@chat-battle/contracts/records/channel-stats'
import type { WindowSummary } from '@chat-battle/contracts/records/window-summary'
import type { ChatEvent } from '@chat-battle/contracts/records/chat-event'
import { createLogger, type Logger } from '@chat-battle/runtime/process/logger'
import { createRegistry } from '@chat-battle/runtime/process/metrics'
import { message } from '@chat-battle/statistics/chat-events.fixture'
import type { StoredRecord } from '@chat-battle/runtime/kafka/committed-partition'
import { createStatisticsMetrics } from './metrics.ts'
import { maxSummariesAtOnce } from '../frames/summary-throttle.ts'
import { PartitionProcessor, type InputRecord } from './partition-processor.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const start = 1_700_000_400_000
const minute = 60_000

/** A processor, and what it does to the outside. */
async function restore(
  write: () => Promise<void> = () => Promise.resolve(),
  logger: Logger = createLogger('test', 'silent'),
  restored = new Map<string, StoredRecord>(),
) {
  const registry = createRegistry()
  const done = {
    writes: 0,
    keys: [] as string[],
    finals: [] as ChannelStats[],
    summaries: [] as WindowSummary[],
    frames: [] as ChannelStats[],
    flushedTo: [] as bigint[],
    lost: 0,
  }
  const processor = await PartitionProcessor.restore({
    partition: 2,
    changelog: {
      topic: 'processor-state',
      restored,
      write: (records, { frames, summaries }) => {
        done.writes++
        done.keys = records.map(({ key }) => key)
        done.finals.push(...frames)
        done.summaries.push(...summaries)
        return write()
      },
      close: () => Promise.resolve(),
    },
    logger,
    deadLetters: { keep: () => undefined },
    metrics: createStatisticsMetrics(registry, () => ({ states: new Map(), running: 1, channels: 1 })),
    offerFrames: (frames) => done.frames.push(...frames),
    offerSummaries: (summaries) => done.summaries.push(...summaries),
    onFlushed: (nextOffset) => done.flushedTo.push(nextOffset),
    onLost: () => done.lost++,
  })
  const metric = async (name: string, labels: Record<string, string | number>) => {
    const { values = [] } = (await registry.getSingleMetric(name)?.get()) ?? {}
    return values.find(({ labels: found }) =>
      Object.entries(labels).every(([label, value]) => String(found[label]) === String(value)),
    )?.value
  }
  return { processor, done, metric }
}

function records(from: number, events: readonly ChatEvent[], appendMs = start): InputRecord[] {
  return events.map((event, index) => ({ offset: BigInt(from + index), appendMs, event }))
}

const said = (count: number, at = start) =>
  Array.from({ length: count }, (_, index) => message(at, { user_id: String(index % 10) }))

test('must write its state after 10,000 records, also while it catches up', async () => {
  const { processor, done } = await restore()
  processor.process(records(0, said(10_000)))
  expect(processor.isFull).toBe(false)
  processor.process(records(10_000, said(1)))
  expect(processor.isFull).toBe(true)
  await processor.flush()
  expect(done).toMatchObject({ writes: 1, flushedTo: [10_001n] })
  expect(processor.isFull).toBe(false)
  processor.abandon()
})

test('holds frames of a busy window back and sends the last one', async () => {
  const { processor, done } = await restore()
  for (let index = 0; index < 5; index++) processor.process(records(index, said(1)))
  expect(done.frames.map(({ message_count }) => message_count)).toEqual([1])
  vi.advanceTimersByTime(200)
  expect(done.frames.map(({ message_count }) => message_count)).toEqual([1, 5])
  processor.abandon()
})

test('sends no frame after another owner took over, neither waiting nor new ones', async () => {
  const { processor, done } = await restore(() => Promise.reject(new Error('fenced')))
  processor.process(records(0, said(1)))
  processor.process(records(1, said(1)))
  await processor.flush()
  expect(done).toMatchObject({ lost: 1, flushedTo: [] })
  processor.process(records(2, said(1)))
  processor.process(records(3, [message(start, { channel_id: '2', channel_login: 'other' })]))
  processor.announce()
  vi.advanceTimersByTime(5000)
  expect(done.frames.map(({ message_count }) => message_count)).toEqual([1])
  await processor.flush()
  expect(done).toMatchObject({ writes: 1, lost: 1 })
})

test('reports nothing of a write that was in flight when it was abandoned', async () => {
  for (const outcome of ['written', 'refused']) {
    const { promise, resolve, reject } = Promise.withResolvers<undefined>()
    const { processor, done } = await restore(() => promise)
    processor.process(records(0, said(1)))
    const flushing = processor.flush()
    await vi.waitFor(() => expect(done.writes).toBe(1))
    processor.abandon()
    if (outcome === 'written') resolve(undefined)
    else reject(new Error('fenced'))
    await flushing
    expect(done).toMatchObject({ flushedTo: [], lost: 0 })
  }
})

test('writes its state one at a time, and not without changes', async () => {
  const { promise, resolve } = Promise.withResolvers<undefined>()
  const { processor, done } = await restore(() => promise)
  processor.process(records(0, said(1)))
  const first = processor.flush()
  await vi.waitFor(() => expect(done.writes).toBe(1))
  processor.process(records(1, said(1)))
  const second = processor.flush()
  await vi.advanceTimersByTimeAsync(0)
  expect(done.writes).toBe(1)
  resolve(undefined)
  await Promise.all([first, second])
  expect(done).toMatchObject({ writes: 2, flushedTo: [1n, 2n] })
  await processor.flush()
  expect(done.writes).toBe(2)
  processor.abandon()
})

test('writes final frames with the state that closed their windows', async () => {
  const { processor, done } = await restore()
  processor.process(records(0, said(3)))
  const later = start + 20 * minute
  processor.process(records(3, said(1, later), later))
  await processor.flush()
  expect(done.finals).toMatchObject([{ window_start: start, message_count: 3, final: true }])
  expect(done.summaries).toMatchObject([{ window_start: start, final: true, people: { max_unlisted: 0 } }])
  expect(done.summaries[0]?.people.entries).toHaveLength(3)
  processor.abandon()
})

test('deletes keys that are not part of the state when it is restored', async () => {
  const unknown = new Map([['unknown key', { offset: '0', value: Buffer.from('garbage') }]])
  const { processor, done } = await restore(undefined, undefined, unknown)
  expect(done).toMatchObject({ writes: 1, keys: ['unknown key'] })
  processor.abandon()
})

test('skips records that it has already processed', async () => {
  const { processor, done } = await restore()
  processor.process(records(0, said(3)))
  processor.process(records(0, said(2)))
  vi.advanceTimersByTime(200)
  expect(processor.nextOffset).toBe(3n)
  expect(done.frames.at(-1)).toMatchObject({ message_count: 3, revision: 3 })
  processor.abandon()
})

test('reports when a clock skew begins and ends, and counts each event once', async () => {
  const logger = createLogger('test', 'silent')
  const [error, info] = [vi.spyOn(logger, 'error'), vi.spyOn(logger, 'info')]
  const { processor, metric } = await restore(undefined, logger)
  const skew = () => metric('processor_clock_skew_seconds', { partition: 2 })
  expect(await skew()).toBe(0)
  processor.process(records(0, said(2), start - 5 * minute))
  expect(await metric('processor_events_total', { outcome: 'counted' })).toBeUndefined()
  processor.process(records(2, said(2), start - 5 * minute))
  expect(await skew()).toBe(300)
  expect(await metric('processor_events_total', { outcome: 'counted' })).toBe(4)
  expect(error).toHaveBeenCalledTimes(1)
  for (let at = 0; at < 300; at++)
    processor.process(records(4 + at, said(1, start + at * 1000), start + at * 1000))
  expect(await skew()).toBe(0)
  expect(info).toHaveBeenCalledTimes(1)
  expect(await metric('processor_events_total', { outcome: 'held' })).toBeUndefined()
  processor.abandon()
})

test('summarises an open window every ten seconds while it changes, and ends with its last state', async () => {
  const { processor, done } = await restore()
  processor.process(records(0, said(1)))
  vi.advanceTimersByTime(1000)
  processor.process(records(1, said(2)))
  vi.advanceTimersByTime(8000)
  expect(done.summaries.map(({ revision }) => revision)).toEqual([1])
  vi.advanceTimersByTime(30_000)
  expect(done.summaries.map(({ revision, final }) => [revision, final])).toEqual([
    [1, false],
    [3, false],
  ])
  processor.abandon()
})

test('summarises the longest waiting windows first when many change at once', async () => {
  const { processor, done } = await restore()
  const events = Array.from({ length: 120 }, (_, index) =>
    message(start, { channel_id: String(index + 1), channel_login: `c${index + 1}` }),
  )
  processor.process(records(0, events))
  vi.advanceTimersByTime(1000)
  expect(done.summaries).toHaveLength(maxSummariesAtOnce)
  processor.process(
    records(
      120,
      events.slice(0, 20).map((event) => ({ ...event, message_id: `${event.message_id}-2` })),
    ),
  )
  vi.advanceTimersByTime(2000)
  expect(new Set(done.summaries.map(({ channel_id }) => channel_id)).size).toBe(120)
  expect(done.summaries).toHaveLength(120)
  processor.abandon()
})
