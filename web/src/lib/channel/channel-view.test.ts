import { expect, test } from 'vitest'
import type { ChannelStats } from '@chat-battle/contracts/records/channel-stats'
import { emptyStats } from '@chat-battle/contracts/records/empty-stats'
import { windowMs } from '@chat-battle/contracts/window'
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
  const nothing = { pace: 0, timeline: null, gaps: [], unwatched: [] }
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
