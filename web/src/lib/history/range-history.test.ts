import { afterEach, expect, test, vi } from 'vitest'
import { CallFailed } from '@chat-battle/contracts/rest/call-route'
import type { HistoryCalls } from './fetch-history.ts'
import { historyOf } from './history.fixture.ts'
import type { Shown } from './history-source.ts'
import { RangeHistory } from './range-history.svelte.ts'

const hourMs = 3_600_000
const dayMs = 24 * hourMs
const nowMs = 100 * dayMs

const fixed: Shown = {
  channels: ['a'],
  range: { from: nowMs - 2 * dayMs, to: nowMs - dayMs },
  compare: 'none',
}

function started(answers: Partial<HistoryCalls> = {}) {
  const calls: HistoryCalls = {
    history: vi.fn((_: string, { from }: { from: number }) => Promise.resolve(historyOf(from, [1]))),
    moments: vi.fn(() => Promise.resolve([])),
    streams: vi.fn(() => Promise.resolve([])),
    ...answers,
  }
  const shown = new RangeHistory([], () => nowMs, calls)
  running.push(shown)
  return { shown, calls }
}
const running: RangeHistory[] = []

afterEach(() => {
  for (const shown of running.splice(0)) shown.close()
  vi.useRealTimers()
})

test('shows a channel as loading until its history is there, each by itself', async () => {
  const late = Promise.withResolvers<ReturnType<typeof historyOf>>()
  const { shown } = started({
    history: (channel) => (channel === 'a' ? Promise.resolve(historyOf(0, [7])) : late.promise),
  })
  shown.show({ ...fixed, channels: ['a', 'b'] })
  expect(shown.entries.map(({ isLoading }) => isLoading)).toEqual([true, true])
  await vi.waitFor(() => expect(shown.entries[0]?.history?.totals.message_count).toBe(7))
  expect(shown.entries[1]).toMatchObject({ history: null, isLoading: true })
  late.resolve(historyOf(0, [9]))
  await vi.waitFor(() => expect(shown.entries[1]?.history?.totals.message_count).toBe(9))
})

test('fetches a fixed range once, and takes it from memory when it is shown again', async () => {
  const { shown, calls } = started()
  const other = { ...fixed, range: { from: nowMs - 4 * dayMs, to: nowMs - 3 * dayMs } }
  for (const each of [fixed, other, fixed]) {
    shown.show(each)
    await vi.waitFor(() => expect(shown.entries[0]).toMatchObject({ isLoading: false }))
  }
  expect(calls.history).toHaveBeenCalledTimes(2)
})

test('drops the answer of a range that is no longer shown', async () => {
  const late = Promise.withResolvers<ReturnType<typeof historyOf>>()
  const history = vi
    .fn()
    .mockReturnValueOnce(late.promise)
    .mockResolvedValue(historyOf(0, [2]))
  const { shown } = started({ history })
  shown.show(fixed)
  shown.show({ ...fixed, range: { from: 0, to: hourMs } })
  await vi.waitFor(() => expect(shown.entries[0]?.history?.totals.message_count).toBe(2))
  late.resolve(historyOf(0, [1]))
  await late.promise
  await Promise.resolve()
  expect(shown.entries[0]?.history?.totals.message_count).toBe(2)
  expect((history.mock.calls[0] as [string, object, string, AbortSignal])[3].aborted).toBe(true)
})

test('fetches a range that reaches the present again and again', async () => {
  vi.useFakeTimers()
  const { shown, calls } = started()
  shown.show({ ...fixed, range: '1h' })
  await vi.advanceTimersByTimeAsync(10_100)
  expect(calls.history).toHaveBeenCalledTimes(3)
  shown.show({ ...fixed, channels: [] })
  await vi.advanceTimersByTimeAsync(60_000)
  expect(calls.history).toHaveBeenCalledTimes(3)
})

test('says why there are no figures, keeps those that it has, and tries again', async () => {
  vi.useFakeTimers()
  const away = new CallFailed('/', new Response(null, { status: 503 }), {
    kind: 'archive_unavailable',
    message: '',
  })
  const history = vi.fn().mockResolvedValue(historyOf(0, [4]))
  const { shown } = started({ history })
  shown.show({ ...fixed, range: '1h' })
  await vi.advanceTimersByTimeAsync(0)
  history.mockRejectedValueOnce(away)
  await vi.advanceTimersByTimeAsync(5000)
  expect(shown.entries[0]).toMatchObject({
    problem: { kind: 'archive_away' },
    history: { totals: { message_count: 4 } },
  })
  await vi.advanceTimersByTimeAsync(10_000)
  expect(shown.entries[0]?.problem).toBeNull()
})

test('shows no figures of another range where the range is not served', async () => {
  const refused = new CallFailed('/', new Response(null, { status: 400 }), {
    kind: 'range_not_served',
    message: '',
  })
  const history = vi
    .fn()
    .mockResolvedValueOnce(historyOf(0, [4]))
    .mockRejectedValueOnce(refused)
  const { shown } = started({ history })
  shown.show(fixed)
  await vi.waitFor(() => expect(shown.entries[0]?.history).not.toBeNull())
  shown.show({ ...fixed, range: { from: 0, to: hourMs } })
  await vi.waitFor(() =>
    expect(shown.entries[0]).toMatchObject({ problem: { kind: 'not_served' }, history: null }),
  )
})

test('keeps the figures where the moments or the time before are not served', async () => {
  const refused = new CallFailed('/', new Response(null, { status: 400 }), {
    kind: 'range_not_served',
    message: '',
  })
  const history = vi
    .fn()
    .mockResolvedValueOnce(historyOf(0, [4]))
    .mockRejectedValueOnce(refused)
  const { shown } = started({ history, moments: () => Promise.reject(refused) })
  shown.show({ ...fixed, compare: 'day' })
  await vi.waitFor(() => expect(shown.entries[0]?.before).toBe('missing'))
  expect(shown.entries[0]).toMatchObject({ problem: null, history: { totals: { message_count: 4 } } })
})

test('compares with the day before, and with the stream before where there is one', async () => {
  const { shown, calls } = started()
  shown.show({ ...fixed, compare: 'day' })
  await vi.waitFor(() => expect(shown.entries[0]?.before).toMatchObject({ byMs: dayMs }))
  expect(calls.history).toHaveBeenLastCalledWith(
    'a',
    { from: nowMs - 3 * dayMs, to: nowMs - 2 * dayMs },
    '10m',
    expect.anything(),
  )
  shown.show({ ...fixed, compare: 'stream' })
  await vi.waitFor(() => expect(shown.entries[0]?.before).toBe('missing'))
})

test('begins with what the server fetched', async () => {
  const late = Promise.withResolvers<ReturnType<typeof historyOf>>()
  const calls: HistoryCalls = {
    history: () => late.promise,
    moments: () => Promise.resolve([]),
    streams: () => Promise.resolve([]),
  }
  const shown = new RangeHistory(
    [{ channel: 'a', history: historyOf(0, [3]), problem: null }],
    () => nowMs,
    calls,
  )
  running.push(shown)
  shown.show(fixed)
  expect(shown.entries[0]).toMatchObject({ isLoading: false, history: { totals: { message_count: 3 } } })
  late.resolve(historyOf(0, [4]))
  await vi.waitFor(() => expect(shown.entries[0]?.history?.totals.message_count).toBe(4))
})
