import { expect, test } from 'vitest'
import type { HistoryPoint } from '@chat-battle/contracts/rest/routes/get-history'
import { hasLine, holesOf, pacePoints, uncoveredMs, viewerPoints } from './history-points.ts'

const point = (at: number, message_count: number, viewers: number | null = null): HistoryPoint => ({
  at,
  message_count,
  viewers,
  unique_chatters: null,
  bits: 0,
  moderated_messages: 0,
  mood: null,
})
const stepMs = 60_000
const history = (counts: number[], gaps: { from: number; to: number }[] = []) => ({
  step_ms: stepMs,
  points: counts.map((count, index) => point(index * stepMs, count)),
  gaps,
})
const values = (points: readonly { value: number | null }[]) => points.map(({ value }) => value)

test('is the messages per minute of each step, and on another scale', () => {
  expect(values(pacePoints(history([6, 0, 9]), 3 * stepMs))).toEqual([6, 0, 9])
  expect(values(pacePoints(history([6, 0, 9]), 3 * stepMs, 0.5))).toEqual([3, 0, 4.5])
  expect(values(pacePoints(history([6]), 3 * stepMs, null))).toEqual([null])
})

test('joins steps of 5 s to points of 15 s of the clock', () => {
  const points = [10_000, 15_000, 20_000, 25_000, 30_000].map((at, index) => point(at, index + 1))
  expect(pacePoints({ points, gaps: [], step_ms: 5000 }, stepMs)).toEqual([
    { at: 0, value: 4 },
    { at: 15_000, value: 36 },
    { at: 30_000, value: 20 },
  ])
})

test('counts by the time of a step that was covered, and is not known where too little was', () => {
  const gaps = [{ from: stepMs, to: 2.5 * stepMs }]
  expect(values(pacePoints(history([6, 0, 3, 4], gaps), 4 * stepMs))).toEqual([6, null, 6, 4])
  const long = { ...history([50]), step_ms: 10 * stepMs }
  const covered = (minutes: number) => ({ ...long, gaps: [{ from: 0, to: (10 - minutes) * stepMs }] })
  expect(values(pacePoints(covered(1), 10 * stepMs))).toEqual([50])
  expect(values(pacePoints(covered(0.9), 10 * stepMs))).toEqual([null])
})

test('knows the present step from its half on, by the time that has passed', () => {
  expect(values(pacePoints(history([6, 3]), 1.4 * stepMs))).toEqual([6, null])
  expect(values(pacePoints(history([6, 3]), 1.5 * stepMs))).toEqual([6, 6])
})

test('has the viewers of each step', () => {
  expect(values(viewerPoints({ points: [point(0, 1, 40), point(1, 1)] }))).toEqual([40, null])
})

test('joins what several channels lack', () => {
  const of = (...gaps: [number, number][]) => ({ gaps: gaps.map(([from, to]) => ({ from, to })) })
  expect(holesOf([of([10, 20], [50, 60]), of([15, 30], [60, 70])])).toEqual([
    { from: 10, to: 30, kind: 'unwatched' },
    { from: 50, to: 70, kind: 'unwatched' },
  ])
  expect(uncoveredMs(of([0, 20], [50, 60]), { from: 10, to: 55 })).toBe(15)
})

test('has a line to draw from two known points on', () => {
  const of = (...counts: (number | null)[]) => ({
    points: viewerPoints({ points: counts.map((viewers, index) => point(index * stepMs, 0, viewers)) }),
  })
  expect(hasLine([of(null, 40, null)])).toBe(false)
  expect(hasLine([of(null, 40), of(7, null, 9)])).toBe(true)
  expect(hasLine([])).toBe(false)
})
