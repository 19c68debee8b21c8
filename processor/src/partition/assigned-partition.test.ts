import { noOptOuts } from '@chat-battle/contracts/records/anonymise'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { ChannelStats } from '@chat-battle/contracts/records/channel-stats'
import type { RecordBatch } from '@chat-battle/runtime/kafka/group-consumer'
import { createLogger } from '@chat-battle/runtime/process/logger'
import { createRegistry } from '@chat-battle/runtime/process/metrics'
import { message } from '@chat-battle/statistics/chat-events.fixture'
import type { ChangelogTopic } from '../changelog/changelog-topic.ts'
import { AssignedPartition, type PartitionDeps } from './assigned-partition.ts'
import { createStatisticsMetrics } from './metrics.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const startMs = 1_700_000_400_000

function setup(overrides: Partial<PartitionDeps> = {}) {
  const assignment = new AbortController()
  const seen = { calls: [] as string[], frames: [] as ChannelStats[], dead: 0, opened: 0, closed: 0 }
  const changelog = {
    topic: 'processor-state',
    restored: new Map(),
    write: vi.fn<ChangelogTopic['write']>(() => Promise.resolve()),
    close: () => Promise.resolve(void seen.closed++),
  }
  const registry = createRegistry()
  const deps: PartitionDeps = {
    logger: createLogger('test', 'silent'),
    metrics: createStatisticsMetrics(registry, () => ({ states: new Map(), running: 0, channels: 0 })),
    deadLetters: { keep: () => void seen.dead++ },
    optOuts: noOptOuts,
    consumer: {
      seek: (_, offset) => void seen.calls.push(`seek ${offset}`),
      pause: () => void seen.calls.push('pause'),
      resume: () => void seen.calls.push('resume'),
      commit: (_, offset) => void seen.calls.push(`commit ${offset}`),
    },
    mayOwn: () => true,
    openChangelog: () => (seen.opened++, Promise.resolve(changelog)),
    resolveStart: () => Promise.resolve(),
    offerFrames: (frames) => void seen.frames.push(...frames),
    offerSummaries: () => undefined,
    ...overrides,
  }
  const partition = new AssignedPartition(2, assignment.signal, deps)
  const takeovers = async (result: string) => {
    const { values = [] } = (await registry.getSingleMetric('processor_takeovers_total')?.get()) ?? {}
    return values.find(({ labels }) => labels.result === result)?.value ?? 0
  }
  return { partition, assignment, changelog, seen, takeovers }
}

function batch(firstOffset: bigint, values: readonly string[]) {
  const resolve = vi.fn()
  const records = values.map((value, index) => ({
    topic: 'input',
    partition: 2,
    offset: String(firstOffset + BigInt(index)),
    appendedAtMs: startMs,
    key: '1',
    value: Buffer.from(value),
  }))
  const given: RecordBatch = {
    partition: 2,
    records,
    firstOffset,
    nextOffset: firstOffset + BigInt(values.length),
    lagRecords: 7,
    isStale: () => false,
    resolve,
    commit: () => Promise.resolve(),
    keepAlive: () => Promise.resolve(),
  }
  return { batch: given, resolve }
}

const said = (count: number) => Array.from({ length: count }, () => JSON.stringify(message(startMs)))

test('recovers, then runs from the offset of its changelog', async () => {
  const opening = Promise.withResolvers<ChangelogTopic>()
  const { partition, changelog, seen, takeovers } = setup({ openChangelog: () => opening.promise })
  expect(partition.state).toBe('idle')
  const taking = partition.take()
  expect(partition.state).toBe('recovering')
  opening.resolve(changelog)
  await taking
  expect(partition.state).toBe('running')
  expect(seen.calls).toEqual(['seek 0', 'resume'])
  expect(await takeovers('restored')).toBe(1)
  partition.abandon()
})

test('processes no batch before it runs', async () => {
  const { partition, seen } = setup()
  const { batch: given, resolve } = batch(0n, said(1))
  await partition.process(given)
  expect(resolve).not.toHaveBeenCalled()
  expect(seen.frames).toEqual([])
})

test('is idle after a failed takeover, and retries', async () => {
  const open = vi.fn<PartitionDeps['openChangelog']>(() => Promise.reject(new Error('away')))
  const { partition, changelog, takeovers } = setup({ openChangelog: open })
  await partition.take()
  expect(partition.state).toBe('idle')
  expect(await takeovers('failed')).toBe(1)
  open.mockResolvedValue(changelog)
  await vi.advanceTimersByTimeAsync(1000)
  expect(partition.state).toBe('running')
  expect(open).toHaveBeenCalledTimes(2)
  partition.abandon()
})

test('closes the changelog of a takeover that fails after opening it', async () => {
  const { partition, seen } = setup({ resolveStart: () => Promise.reject(new Error('away')) })
  await partition.take()
  expect(partition.state).toBe('idle')
  expect(seen.opened).toBe(1)
  expect(seen.closed).toBeGreaterThan(0)
  expect(seen.calls).toEqual([])
})

test('retries no takeover while another instance may own the partition', async () => {
  let mayOwn = false
  const open = vi.fn<PartitionDeps['openChangelog']>(() => Promise.reject(new Error('away')))
  const { partition, changelog } = setup({ openChangelog: open, mayOwn: () => mayOwn })
  await partition.take()
  open.mockResolvedValue(changelog)
  await vi.advanceTimersByTimeAsync(10_000)
  expect(open).toHaveBeenCalledOnce()
  mayOwn = true
  await vi.advanceTimersByTimeAsync(1000)
  expect(partition.state).toBe('running')
  partition.abandon()
})

test('retries no takeover after its assignment', async () => {
  const open = vi.fn<PartitionDeps['openChangelog']>(() => Promise.reject(new Error('away')))
  const { partition, assignment } = setup({ openChangelog: open })
  await partition.take()
  assignment.abort()
  await vi.advanceTimersByTimeAsync(10_000)
  expect(open).toHaveBeenCalledOnce()
})

test.each(['opening the changelog', 'resolving the start'])(
  'runs nothing when the assignment ends while it is %s, and closes the changelog',
  async (step) => {
    const gate = Promise.withResolvers<undefined>()
    const hold: Partial<PartitionDeps> =
      step === 'resolving the start' ? { resolveStart: () => gate.promise } : {}
    const { partition, assignment, changelog, seen, takeovers } = setup({
      ...hold,
      ...(step === 'opening the changelog' && { openChangelog: () => gate.promise.then(() => changelog) }),
    })
    const taking = partition.take()
    await vi.advanceTimersByTimeAsync(0)
    assignment.abort()
    partition.abandon()
    gate.resolve(undefined)
    await taking
    expect(partition.state).toBe('idle')
    expect(seen.calls).toEqual([])
    expect(seen.closed).toBeGreaterThan(0)
    expect(await takeovers('restored')).toBe(0)
  },
)

test('takes the partition over again when its state cannot be written', async () => {
  const { partition, changelog, seen, takeovers } = setup()
  await partition.take()
  await partition.process(batch(0n, said(1)).batch)
  changelog.write.mockRejectedValueOnce(new Error('fenced'))
  await vi.advanceTimersByTimeAsync(2000)
  expect(partition.state).toBe('idle')
  expect(await takeovers('lost')).toBe(1)
  expect(seen.calls).toEqual(['seek 0', 'resume', 'pause'])
  await vi.advanceTimersByTimeAsync(500)
  expect(partition.state).toBe('running')
  expect(seen.opened).toBe(2)
  partition.abandon()
})

test('processes a batch once, keeps its dead letters, and reports the lag', async () => {
  const { partition, seen } = setup()
  await partition.take()
  const { batch: given, resolve } = batch(0n, [...said(1), 'garbage'])
  await partition.process(given)
  expect(resolve).toHaveBeenCalledOnce()
  expect(seen).toMatchObject({ dead: 1, frames: [{ message_count: 1 }] })
  expect(partition.lagRecords).toBe(7)
  partition.abandon()
})

test('seeks when a batch is not what it needs next', async () => {
  const resolveStart = vi.fn<PartitionDeps['resolveStart']>(() => Promise.resolve())
  const { partition, seen } = setup({ resolveStart })
  await partition.take()
  const { batch: given, resolve } = batch(5n, said(1))
  await partition.process(given)
  expect(resolveStart).toHaveBeenCalledTimes(2)
  expect(resolve).not.toHaveBeenCalled()
  expect(seen.calls).toEqual(['seek 0', 'resume', 'seek 0'])
  partition.abandon()
})

test('processes a batch behind a part of the input that expired', async () => {
  const resolveStart = vi.fn<PartitionDeps['resolveStart']>()
  const { partition, seen } = setup({ resolveStart })
  await partition.take()
  resolveStart.mockImplementation((processor) => Promise.resolve(processor.skipTo(5n, startMs - 3_600_000)))
  const { batch: given, resolve } = batch(5n, said(1))
  await partition.process(given)
  expect(resolve).toHaveBeenCalledOnce()
  expect(seen.frames).toMatchObject([{ message_count: 1, revision: 6 }])
  partition.abandon()
})

test('is stopping while it writes its last changes, and idle then', async () => {
  const { partition, changelog, seen } = setup()
  await partition.take()
  await partition.process(batch(0n, said(1)).batch)
  const writing = Promise.withResolvers<undefined>()
  changelog.write.mockReturnValueOnce(writing.promise)
  const stopping = partition.stop()
  expect(partition.state).toBe('stopping')
  writing.resolve(undefined)
  await stopping
  expect(partition.state).toBe('idle')
  expect(seen.calls.at(-1)).toBe('commit 1')
  expect(seen.closed).toBe(1)
})

test('writes nothing after it was abandoned', async () => {
  const { partition, changelog } = setup()
  await partition.take()
  await partition.process(batch(0n, said(1)).batch)
  partition.abandon()
  await partition.stop()
  await vi.advanceTimersByTimeAsync(10_000)
  expect(changelog.write).not.toHaveBeenCalled()
  expect(partition.state).toBe('idle')
})
