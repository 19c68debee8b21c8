import { expect, test } from 'vitest'
import type { ChannelStats } from '@chat-battle/contracts/records/channel-stats'
import { emptyStats } from '@chat-battle/contracts/records/empty-stats'
import { seriesStepMs, windowMs } from '@chat-battle/contracts/window'
import type { Frames } from '../source/merge-frame.ts'
import { viewOf } from './channel-view.ts'
import { statusFixture } from './status.fixture.ts'

function frame(window_start: number, given: Partial<ChannelStats> = {}): ChannelStats {
  return { ...emptyStats('1', 'arena', window_start), revision: 1, coverage: null, ...given }
}
const frames: Frames = { current: frame(windowMs), previous: frame(0) }
/** A gap of the status, as shares of the current window. */
const gap = (from: number, to: number) => ({
  from: windowMs * (1 + from),
  to: windowMs * (1 + to),
  reason: 'x',
})

test('has no timeline without a frame', () => {
  const nothing = {
    pace: 0,
    timeline: null,
    gaps: [],
    unwatched: [],
    minutes: null,
    messages: 0,
    chatters: 0,
    viewers: null,
  }
  expect(viewOf({ current: null, previous: null }, null, windowMs)).toEqual(nothing)
})

test('shows the gaps of the status that lie on the timeline', () => {
  const gaps = [gap(0.5, 0.75), { from: 0, to: 5, reason: 'old' }]
  expect(viewOf(frames, statusFixture({ gaps }), 2 * windowMs).gaps).toEqual([{ from: 0.5, to: 0.75 }])
})

test('shows a gap that lasts while the channel is reconnecting', () => {
  const status = statusFixture({ state: 'reconnecting', since: windowMs + windowMs / 2 })
  expect(viewOf(frames, status, 2 * windowMs).gaps).toEqual([{ from: 0.5, to: 1 }])
})

test('shows overlapping gaps as one, also beyond the left edge', () => {
  const gaps = [gap(-0.5, 0.5), gap(-0.25, 0.25), gap(0.75, 0.875), gap(0.5, 0.625)]
  expect(viewOf(frames, statusFixture({ gaps }), 2 * windowMs).gaps).toEqual([
    { from: 0, to: 0.625 },
    { from: 0.75, to: 0.875 },
  ])
})

const covered = [{ from: windowMs * 1.25, to: windowMs * 1.5 }]
const partly = { ...frames, current: frame(windowMs, { coverage: covered, final: true }) }

test('shows as a gap what was not covered after the first coverage', () => {
  expect(viewOf(partly, null, 2 * windowMs).gaps).toEqual([{ from: 0.5, to: 1 }])
})

test('shows as unwatched what lies before the first coverage', () => {
  expect(viewOf(partly, null, 2 * windowMs).unwatched).toEqual([{ from: 0, to: 0.25 }])
})

test('shows no unwatched time where a gap of the status covers it', () => {
  const status = statusFixture({ gaps: [gap(0, 0.3)] })
  expect(viewOf(partly, status, 2 * windowMs).unwatched).toEqual([])
})

test('keeps a gap of the status apart from an uncovered stretch', () => {
  const status = statusFixture({ gaps: [gap(0.125, 0.375)] })
  expect(viewOf(partly, status, 2 * windowMs).gaps).toEqual([
    { from: 0.125, to: 0.375 },
    { from: 0.5, to: 1 },
  ])
})

test('shows the newest moments as uncovered only while the channel is not joined', () => {
  const coverage = [{ from: windowMs, to: 2 * windowMs - 6000 }]
  const given = { ...frames, current: frame(windowMs, { coverage }) }
  expect(viewOf(given, statusFixture(), 2 * windowMs - 1).gaps).toEqual([])
  expect(viewOf(given, statusFixture({ state: 'parted' }), 2 * windowMs - 1).gaps).toHaveLength(1)
})

test('has the messages of the last ten complete minutes, without those that a gap touches', () => {
  const counts = new Array<number>(120).fill(1)
  const series = { step_ms: seriesStepMs, counts }
  const both: Frames = { current: frame(windowMs, { series }), previous: frame(0, { series }) }
  const nowMs = windowMs + 3 * 60_000 + 59_000
  const status = statusFixture({ gaps: [{ from: windowMs - 61_000, to: windowMs - 59_000, reason: 'x' }] })
  expect(viewOf(both, status, nowMs).minutes).toEqual({
    startMs: windowMs - 7 * 60_000,
    counts: [12, 12, 12, 12, 12, null, null, 12, 12, 12],
  })
  const young = viewOf({ current: both.current, previous: null }, null, windowMs + 60_000)
  expect(young.minutes?.counts).toEqual([...new Array<null>(9).fill(null), 12])
})

test('counts the chatters of the greater of the two windows', () => {
  const given = {
    current: frame(windowMs, { unique_chatters: 3 }),
    previous: frame(0, { unique_chatters: 8 }),
  }
  expect(viewOf(given, null, windowMs).chatters).toBe(8)
})

test('keeps the viewers of the window before until the current one has a count, for two minutes', () => {
  const viewers = { last: 50, peak: 60, average: 55, series: { step_ms: 60_000, counts: [50] } }
  const given = { current: frame(windowMs), previous: frame(0, { viewers }) }
  expect(viewOf(given, null, windowMs + 119_000).viewers).toBe(50)
  expect(viewOf(given, null, windowMs + 120_000).viewers).toBeNull()
  const counted = { ...given, current: frame(windowMs, { viewers: { ...viewers, last: 7 } }) }
  expect(viewOf(counted, null, windowMs).viewers).toBe(7)
})
