import { expect, test } from 'vitest'
import type { ChannelStats } from '@chat-battle/contracts/records/channel-stats'
import { emptyStats } from '@chat-battle/contracts/records/empty-stats'
import { windowMs } from '@chat-battle/contracts/window'
import type { Frames } from '../source/merge-frame.ts'
import { paceOf, timelineOf } from './timeline.ts'

function frame(window_start: number, revision: number, counts: number[]): ChannelStats {
  return { ...emptyStats('1', 'arena', window_start), revision, series: { step_ms: 5000, counts } }
}
const counts = new Array<number>(120).fill(0)
counts[0] = 7
const frames: Frames = {
  current: frame(windowMs, 2, counts),
  previous: frame(0, 1, new Array<number>(120).fill(2)),
}

test('spans the boundary of two windows', () => {
  const timeline = timelineOf(frames, windowMs + 5000)
  expect(timeline?.counts.slice(-3)).toEqual([2, 7, 0])
  expect(timeline && paceOf(timeline)).toBe(11 * 2 + 7)
})

test('has no counts from before the first window', () => {
  const timeline = timelineOf({ current: frames.current, previous: null }, windowMs + 5000)
  expect(timeline?.counts.slice(-3)).toEqual([null, 7, 0])
  expect(timeline && paceOf(timeline)).toBe(84)
})

test('keeps the counts of steps with messages that a hole touches', () => {
  const timeline = timelineOf(frames, windowMs + 5000, [{ from: 0, to: windowMs - 10_000 }])
  expect(timeline?.counts.slice(-5)).toEqual([2, 2, 2, 7, 0])
})

test('leaves uncovered steps out of the pace', () => {
  const silent = { current: frame(windowMs, 1, [0, 4, 0]), previous: null }
  const joined = timelineOf(silent, windowMs + 10_000, [{ from: windowMs, to: windowMs + 5000 }])
  expect(joined?.counts.slice(-3)).toEqual([null, 4, 0])
  expect(joined && paceOf(joined)).toBe(48)
})

test('ends with the window of an old recording', () => {
  expect(timelineOf(frames, 100 * windowMs)?.startMs).toBe(windowMs)
})
