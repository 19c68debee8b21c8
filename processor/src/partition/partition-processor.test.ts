import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { ChannelStats } from '@chat-battle/contracts/records/channel-stats'
import type { ChatEvent } from '@chat-battle/contracts/records/chat-event'
import { createLogger, type Logger } from '@chat-battle/runtime/process/logger'
import { createRegistry } from '@chat-battle/runtime/process/metrics'
import { message } from '@chat-battle/statistics/chat-events.fixture'
import type { StoredRecord } from '@chat-battle/runtime/kafka/committed-partition'
import { createStatisticsMetrics } from './metrics.ts'
import { PartitionProcessor, type InputRecord } from './partition-processor.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const start = 1_700_000_400_000
const minute = 60_000

/** An owner, and what it does to the outside. */
async function own(
  write: () => Promise<void> = () => Promise.resolve(),
  logger: Logger = createLogger('test', 'silent'),
  restored = new Map<string, StoredRecord>(),
) {
  const registry = createRegistry()
  const done = {
    writes: 0,
    keys: [] as string[],
    finals: [] as ChannelStats[],
    frames: [] as ChannelStats[],
    flushedTo: [] as bigint[],
    lost: 0,
  }
  const owner = await PartitionProcessor.restore({
    partition: 2,
    changelog: {
      topic: 'processor-state',
      restored,
      write: (records, finals) => {
        done.writes++
        done.keys = records.map(({ key }) => key)
        done.finals.push(...finals)
        return write()
      },
      close: () => Promise.resolve(),
    },
    logger,
    deadLetters: { keep: () => undefined },
    metrics: createStatisticsMetrics(registry, () => ({ states: new Map(), running: 1, channels: 1 })),
    offerFrames: (frames) => done.frames.push(...frames),
    onFlushed: (nextOffset) => done.flushedTo.push(nextOffset),
    onLost: () => done.lost++,
  })
  const metric = async (name: string, labels: Record<string, string | number>) => {
    const { values = [] } = (await registry.getSingleMetric(name)?.get()) ?? {}
    return values.find(({ labels: found }) =>
      Object.entries(labels).every(([label, value]) => String(found[label]) === String(value)),
    )?.value
  }
  return { owner, done, metric }
}

function records(from: number, events: readonly ChatEvent[], appendMs = start): InputRecord[] {
  return events.map((event, index) => ({ offset: BigInt(from + index), appendMs, event }))
}

const said = (count: number, at = start) =>
  Array.from({ length: count }, (_, index) => message(at, { user_id: String(index % 10) }))

test('one that catches up writes its state now and then: an owner that ends soon has not done it all in vain', async () => {
  const { owner, done } = await own()
  owner.process(records(0, said(10_000)))
  expect(owner.isFull).toBe(false)
  owner.process(records(10_000, said(1)))
  expect(owner.isFull).toBe(true)
  await owner.flush()
  expect(done).toMatchObject({ writes: 1, flushedTo: [10_001n] })
  expect(owner.isFull).toBe(false)
  owner.abandon()
})

test('frames of a busy window wait, the last one comes', async () => {
  const { owner, done } = await own()
  for (let index = 0; index < 5; index++) owner.process(records(index, said(1)))
  expect(done.frames.map(({ message_count }) => message_count)).toEqual([1])
  vi.advanceTimersByTime(200)
  expect(done.frames.map(({ message_count }) => message_count)).toEqual([1, 5])
  owner.abandon()
})

test('one that was superseded sends no frame any more, none that waited and none of what it still reads', async () => {
  const { owner, done } = await own(() => Promise.reject(new Error('fenced')))
  owner.process(records(0, said(1)))
  owner.process(records(1, said(1)))
  await owner.flush()
  expect(done).toMatchObject({ lost: 1, flushedTo: [] })
  owner.process(records(2, said(1)))
  owner.process(records(3, [message(start, { channel_id: '2', channel_login: 'other' })]))
  owner.announce()
  vi.advanceTimersByTime(5000)
  expect(done.frames.map(({ message_count }) => message_count)).toEqual([1])
  await owner.flush()
  expect(done).toMatchObject({ writes: 1, lost: 1 })
})

test('one that was abandoned while it wrote reports nothing of that write', async () => {
  for (const outcome of ['written', 'refused']) {
    const { promise, resolve, reject } = Promise.withResolvers<undefined>()
    const { owner, done } = await own(() => promise)
    owner.process(records(0, said(1)))
    const flushing = owner.flush()
    await vi.waitFor(() => expect(done.writes).toBe(1))
    owner.abandon()
    if (outcome === 'written') resolve(undefined)
    else reject(new Error('fenced'))
    await flushing
    expect(done).toMatchObject({ flushedTo: [], lost: 0 })
  }
})

test('one write at a time, and none where nothing has changed', async () => {
  const { promise, resolve } = Promise.withResolvers<undefined>()
  const { owner, done } = await own(() => promise)
  owner.process(records(0, said(1)))
  const first = owner.flush()
  await vi.waitFor(() => expect(done.writes).toBe(1))
  owner.process(records(1, said(1)))
  const second = owner.flush()
  await vi.advanceTimersByTimeAsync(0)
  expect(done.writes).toBe(1)
  resolve(undefined)
  await Promise.all([first, second])
  expect(done).toMatchObject({ writes: 2, flushedTo: [1n, 2n] })
  await owner.flush()
  expect(done.writes).toBe(2)
  owner.abandon()
})

test('every final frame is written with the state that closed its window', async () => {
  const { owner, done } = await own()
  owner.process(records(0, said(3)))
  const later = start + 20 * minute
  owner.process(records(3, said(1, later), later))
  await owner.flush()
  expect(done.finals).toMatchObject([{ window_start: start, message_count: 3, final: true }])
  owner.abandon()
})

test('what is no part of a state is deleted before the partition is processed', async () => {
  const stranger = new Map([['no key of ours', { offset: '0', value: Buffer.from('garbage') }]])
  const { owner, done } = await own(undefined, undefined, stranger)
  expect(done).toMatchObject({ writes: 1, keys: ['no key of ours'] })
  owner.abandon()
})

test('what was read before is passed over', async () => {
  const { owner, done } = await own()
  owner.process(records(0, said(3)))
  owner.process(records(0, said(2)))
  vi.advanceTimersByTime(200)
  expect(owner.nextOffset).toBe(3n)
  expect(done.frames.at(-1)).toMatchObject({ message_count: 3, revision: 3 })
  owner.abandon()
})

test('a skew of the clock is reported when it begins and when it ends, and each event once', async () => {
  const logger = createLogger('test', 'silent')
  const [error, info] = [vi.spyOn(logger, 'error'), vi.spyOn(logger, 'info')]
  const { owner, metric } = await own(undefined, logger)
  const skew = () => metric('processor_clock_skew_seconds', { partition: 2 })
  expect(await skew()).toBe(0)
  owner.process(records(0, said(2), start - 5 * minute))
  expect(await metric('processor_events_total', { outcome: 'counted' })).toBeUndefined()
  owner.process(records(2, said(2), start - 5 * minute))
  expect(await skew()).toBe(300)
  expect(await metric('processor_events_total', { outcome: 'counted' })).toBe(4)
  expect(error).toHaveBeenCalledTimes(1)
  for (let at = 0; at < 300; at++)
    owner.process(records(4 + at, said(1, start + at * 1000), start + at * 1000))
  expect(await skew()).toBe(0)
  expect(info).toHaveBeenCalledTimes(1)
  expect(await metric('processor_events_total', { outcome: 'held' })).toBeUndefined()
  owner.abandon()
})
