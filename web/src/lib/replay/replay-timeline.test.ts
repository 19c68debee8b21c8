import { expect, test } from 'vitest'
import type { Moment } from '@chat-battle/contracts/records/moment'
import type { HistoryPoint } from '@chat-battle/contracts/rest/routes/get-history'
import {
  paceCounts,
  pacePath,
  perMinute,
  shareOf,
  timelineStep,
  timelineStepMs,
  withMoment,
} from './replay-timeline.ts'

const point = (at: number, message_count: number) => ({ at, message_count }) as HistoryPoint

test.each([
  [60 * 60_000, '5s'],
  [60 * 60_000 + 1, '1m'],
  [24 * 60 * 60_000, '1m'],
])('a range of %i ms has steps of %s', (to, step) => {
  expect(timelineStep({ from: 0, to })).toBe(step)
})

test('has no count where a step without messages was not covered', () => {
  const points = [point(0, 4), point(10, 0), point(20, 0), point(30, 2)]
  const gaps = [
    { from: 10, to: 20 },
    { from: 25, to: 40 },
  ]
  expect(paceCounts({ points, gaps, step_ms: 10 }).map(({ count }) => count)).toEqual([4, null, 0, 2])
})

test('has the pace per minute, whatever the step is', () => {
  const counts = [
    { at: 0, count: 2 },
    { at: 5000, count: null },
  ]
  expect(perMinute(counts, timelineStepMs({ from: 0, to: 10_000 }))).toEqual([
    { at: 0, value: 24 },
    { at: 5000, value: null },
  ])
  expect(perMinute(counts, timelineStepMs({ from: 0, to: 2 * 60 * 60_000 }))[0]).toEqual({ at: 0, value: 2 })
})

test('draws a line with holes', () => {
  const points = [0, 10, 20, 30].map((at, index) => ({ at, count: index === 1 ? null : index }))
  const path = pacePath(points, { from: 0, to: 40, peak: 4 }, { width: 100, height: 8 })
  expect(path).toBe('M0 8h0.1M50 4L75 2')
})

test('places a stretch in a range', () => {
  expect(shareOf({ from: 0, to: 50 }, { from: 0, to: 100 })).toEqual({ from: 0, to: 0.5 })
  expect(shareOf({ from: -10, to: 200 }, { from: 0, to: 100 })).toEqual({ from: 0, to: 1 })
  expect(shareOf({ from: 100, to: 200 }, { from: 0, to: 100 })).toBeNull()
})

test('takes a moment in as the replay shows it', () => {
  const known = (channel_id: string, start: number) => ({ channel_id, start, samples: [] }) as never as Moment
  const lists = [[known('1', 10), known('1', 20)], [known('2', 10)]]
  const shown = { ...known('1', 10), samples: ['gg'] }
  expect(
    withMoment(lists, shown)
      .flat()
      .map(({ samples }) => samples),
  ).toEqual([['gg'], [], []])
  expect(withMoment(lists, known('3', 10))).toEqual(lists)
})
