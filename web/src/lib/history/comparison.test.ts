import { expect, test } from 'vitest'
import { differenceOf, shifted, streamBeforeMs } from './comparison.ts'
import { historyOf } from './history.fixture.ts'

const stepMs = 60_000
const dayMs = 24 * 60 * stepMs

test('the stream before began some whole windows earlier', () => {
  const streams = [9 * dayMs, 5 * dayMs + 123_456, 2 * dayMs].map((started_at) => ({ started_at }))
  expect(streamBeforeMs(streams, { from: 0, to: 10 * dayMs })).toBe(4 * dayMs)
  expect(streamBeforeMs(streams, { from: 0, to: 6 * dayMs })).toBe(3 * dayMs)
  expect(streamBeforeMs(streams, { from: 0, to: 3 * dayMs })).toBeUndefined()
})

test('an earlier curve is drawn at the later time', () => {
  expect(shifted([{ at: 5, value: 1 }], 10)).toEqual([{ at: 15, value: 1 }])
})

test('compares the same whole steps of both ranges', () => {
  const now = historyOf(dayMs, [10, 20, 30])
  const before = historyOf(0, [5, 15, 99])
  expect(differenceOf(now, before, dayMs, dayMs + 2.5 * stepMs)).toEqual({
    now: 30,
    before: 20,
    ratio: 0.5,
    isPartial: false,
  })
})

test('has no ratio to nothing, and says that a part was not covered', () => {
  const before = { ...historyOf(0, [0, 0]), gaps: [{ from: 30_000, to: 40_000 }] }
  expect(differenceOf(historyOf(dayMs, [10, 20]), before, dayMs, 2 * dayMs)).toEqual({
    now: 30,
    before: 0,
    ratio: null,
    isPartial: true,
  })
})

test('does not compare with a time that was not covered at all', () => {
  const before = { ...historyOf(0, [0, 0]), covered_ms: 0 }
  expect(differenceOf(historyOf(dayMs, [10, 20]), before, dayMs, 2 * dayMs)).toBe('uncovered')
})
