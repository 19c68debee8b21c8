import { expect, test } from 'vitest'
import { StreamPoller } from './stream-poller.ts'
import { ApiFailed, type StreamsByChannel } from './twitch-api.ts'

const minuteMs = 60_000
/** The start of a minute. */
const startMs = 1_700_000_400_000

/** A poller whose clock and answers the test has in its hand. */
function setup(channels: readonly string[] = ['1']) {
  const clock = { ms: startMs + 30_000 }
  const wanted = new Set(channels)
  const read: { ids: readonly string[]; atMs: number }[] = []
  const reports: string[] = []
  const answers: StreamsByChannel[] = []
  const api = { failsWith: undefined as ApiFailed | undefined }
  const poller = new StreamPoller({
    nowMs: () => clock.ms,
    monotonicMs: () => clock.ms - startMs,
    channels: () => wanted,
    async read(ids) {
      read.push({ ids, atMs: clock.ms - startMs })
      if (api.failsWith !== undefined) throw api.failsWith
      return new Map(ids.map((id) => [id, null]))
    },
    onAnswer: (streams) => answers.push(streams),
    onSuccess: (isRecovery) => reports.push(isRecovery ? 'recovered' : 'answered'),
    onFailure: (_, isFirst) => reports.push(isFirst ? 'failed' : 'failed again'),
    random: () => 0.5,
  })
  /** Lets seconds pass, with a tick at the beginning of each. */
  const pass = async (seconds: number) => {
    for (let second = 0; second < seconds; second++) {
      poller.tick()
      await Promise.resolve().then(() => new Promise(setImmediate))
      clock.ms += 1000
    }
  }
  return { clock, wanted, read, reports, answers, api, poller, pass }
}

test('reads a new channel at once, and then once per minute away from its edges', async () => {
  const { read, pass } = setup()
  await pass(600)
  const minutes = read.map(({ atMs }) => Math.floor(atMs / minuteMs))
  expect(minutes).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10].slice(0, minutes.length))
  expect(minutes).toHaveLength(11)
  for (const { atMs } of read.slice(1)) expect(atMs % minuteMs).toBe(10_000)
})

test('reads a hundred channels with one request, and more with one request per second', async () => {
  const ids = Array.from({ length: 250 }, (_, id) => String(id))
  const { read, pass } = setup(ids)
  await pass(60)
  expect(read.map(({ ids, atMs }) => [ids.length, atMs])).toEqual([
    [100, 30_000],
    [100, 31_000],
    [50, 32_000],
    [100, 70_000],
    [100, 71_000],
    [50, 72_000],
  ])
  expect(new Set(read.slice(3).flatMap(({ ids }) => ids))).toEqual(new Set(ids))
})

test('reads a channel that comes later at once, and none that is gone', async () => {
  const { read, wanted, pass } = setup()
  await pass(5)
  wanted.add('2')
  await pass(5)
  wanted.delete('1')
  await pass(60)
  expect(read.map(({ ids }) => ids)).toEqual([['1'], ['2'], ['2']])
})

test('reads a channel that came back as a new one', async () => {
  const { read, wanted, pass } = setup()
  await pass(1)
  wanted.delete('1')
  await pass(1)
  wanted.add('1')
  await pass(1)
  expect(read.map(({ atMs }) => atMs)).toEqual([30_000, 32_000])
})

test('waits longer after each failure, up to 15 s at the median, and reports the first and the recovery', async () => {
  const { read, reports, api, poller, pass } = setup()
  api.failsWith = new ApiFailed('away')
  await pass(60)
  const pauses = read.slice(1).map(({ atMs }, index) => atMs - (read[index]?.atMs ?? 0))
  expect(pauses).toEqual([1000, 1000, 1000, 2000, 4000, 8000, 15_000, 15_000])
  expect(reports).toEqual(['failed', ...Array<string>(8).fill('failed again')])
  expect(poller.failingForMs).toBe(60_000)
  api.failsWith = undefined
  await pass(60)
  expect(reports.slice(9)).toEqual(['recovered', 'answered'])
  expect(poller.failingForMs).toBe(0)
})

test('requests nothing until a rate limit is over', async () => {
  const { read, api, pass } = setup()
  api.failsWith = new ApiFailed('limited', 'rate_limited', 45_000)
  await pass(1)
  api.failsWith = undefined
  await pass(60)
  expect(read.map(({ atMs }) => atMs)).toEqual([30_000, 75_000])
})

test('does not make up for the minutes of an outage', async () => {
  const { read, answers, api, clock, pass } = setup()
  await pass(1)
  api.failsWith = new ApiFailed('away')
  await pass(300)
  api.failsWith = undefined
  const before = read.length
  await pass(30)
  expect(answers).toHaveLength(2)
  expect(read.length - before).toBe(1)
  clock.ms += 1
})

test('has one request at a time, and drops the answer of one that a stop ended', async () => {
  const { promise, resolve } = Promise.withResolvers<StreamsByChannel>()
  const signals: AbortSignal[] = []
  const answers: StreamsByChannel[] = []
  let nowMs = startMs
  const poller = new StreamPoller({
    nowMs: () => nowMs,
    monotonicMs: () => nowMs,
    channels: () => ['1'],
    read(_, signal) {
      signals.push(signal)
      return promise
    },
    onAnswer: (streams) => answers.push(streams),
    onSuccess: () => undefined,
    onFailure: () => undefined,
  })
  for (let tick = 0; tick < 100; tick++, nowMs += 1000) poller.tick()
  expect(signals).toHaveLength(1)
  poller.stop()
  expect(signals[0]?.aborted).toBe(true)
  resolve(new Map([['1', null]]))
  await promise
  await new Promise(setImmediate)
  nowMs += minuteMs
  poller.tick()
  expect(answers).toEqual([])
  expect(signals).toHaveLength(1)
})
