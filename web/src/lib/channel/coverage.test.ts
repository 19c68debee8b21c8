import { expect, test } from 'vitest'
import type { ChannelStats } from '@chat-battle/contracts/records/channel-stats'
import { emptyStats } from '@chat-battle/contracts/records/empty-stats'
import { windowMs } from '@chat-battle/contracts/window'
import { uncovered } from './coverage.ts'

const second = 1000
const start = 10 * windowMs

function frame(
  windowStart: number,
  covered: [fromS: number, toS: number][] | null,
  given: Partial<ChannelStats> = {},
): ChannelStats {
  const coverage =
    covered?.map(([from, to]) => ({ from: windowStart + from * second, to: windowStart + to * second })) ??
    null
  return { ...emptyStats('1', 'arena', windowStart), revision: 1, coverage, ...given }
}

/** In seconds from the start of the current window. */
function holes(
  current: ChannelStats,
  nowS: number,
  { previous = null, isJoined = true }: { previous?: ChannelStats | null; isJoined?: boolean } = {},
): [number, number][] {
  return uncovered({ current, previous }, isJoined, start + nowS * second).map(({ from, to }) => [
    (from - start) / second,
    (to - start) / second,
  ])
}

test('reports what lies before, between and after the covered stretches', () => {
  const current = frame(start, [
    [100, 200],
    [300, 400],
  ])
  expect(holes(current, 500)).toEqual([
    [0, 100],
    [200, 300],
    [400, 500],
  ])
})

test('reports nothing of a window whose coverage is unknown', () => {
  expect(holes(frame(start, null), 500)).toEqual([])
})

test('reports a window that was never covered up to now at most', () => {
  expect(holes(frame(start, []), 500)).toEqual([[0, 500]])
  expect(holes(frame(start, []), 700)).toEqual([[0, 600]])
  expect(holes(frame(start, []), -5)).toEqual([])
})

test('tolerates 25 seconds without coverage at the end of a joined channel', () => {
  const current = frame(start, [[0, 100]])
  expect(holes(current, 124.9)).toEqual([])
  expect(holes(current, 125)).toEqual([[100, 125]])
  expect(holes(current, 105, { isJoined: false })).toEqual([[100, 105]])
  expect(holes(frame(start, [[0, 100]], { final: true }), 105)).toEqual([[100, 105]])
})

test('reports the end of a past window that has no successor', () => {
  const current = frame(start, [[0, 595]])
  expect(holes(current, 606)).toEqual([])
  expect(holes(current, 620)).toEqual([[595, 600]])
})

test('reports a hole before the newest coverage', () => {
  const current = frame(start, [
    [0, 50],
    [90, 100],
  ])
  expect(holes(current, 105)).toEqual([[50, 90]])
})

test('tolerates the start of a window whose previous one was covered to its end', () => {
  const covered = frame(start - windowMs, [[0, 600]])
  expect(holes(frame(start, []), 5, { previous: covered })).toEqual([])
  expect(holes(frame(start, []), 25, { previous: covered })).toEqual([[0, 25]])
})

test('tolerates the end of the previous window until its final frame arrives', () => {
  const current = frame(start, [[0, 100]])
  const before = (to: number, final = false) => frame(start - windowMs, [[0, to]], { final })
  expect(holes(current, 100, { previous: before(595) })).toEqual([])
  expect(holes(current, 100, { previous: before(575) })).toEqual([[-25, 0]])
  expect(holes(current, 100, { previous: before(595, true) })).toEqual([[-5, 0]])
  expect(holes(current, 100, { previous: before(595), isJoined: false })).toEqual([[-5, 0]])
})

test('reports no hole after now where coverage is ahead of the clock', () => {
  const later = frame(start, [
    [0, 50],
    [200, 220],
  ])
  expect(holes(later, 100, { isJoined: false })).toEqual([[50, 100]])
  expect(holes(frame(start, [[0, 120]]), 100)).toEqual([])
})
