import { expect, test } from 'vitest'
import { curveRange, liveCurve } from './moment-curve.ts'
import { exampleMoment } from './moment.fixture.ts'

const moment = exampleMoment({ start: 1_000_000, peak: 1_005_000, end: 1_015_000 })

test('shows whole steps from before a moment until after it', () => {
  expect(curveRange(moment)).toEqual({ from: 955_000, to: 1_065_000 })
  expect(curveRange({ ...moment, end: null })).toEqual({ from: 955_000, to: 1_055_000 })
})

test('takes its steps from the live series, and knows which are the moment', () => {
  const counts = Array.from({ length: 120 }, (_, index) => index)
  const steps = liveCurve(moment, { startMs: 500_000, counts }) ?? []
  expect(steps).toHaveLength(22)
  expect(steps[0]).toEqual({ at: 955_000, count: 91, isMoment: false })
  expect(steps.filter(({ isMoment }) => isMoment).map(({ at }) => at)).toEqual([
    1_000_000, 1_005_000, 1_010_000,
  ])
  expect(liveCurve(moment, { startMs: 960_000, counts })).toBeUndefined()
  expect(liveCurve(moment, null)).toBeUndefined()
})

test('does not know the steps to come, and those that were not covered', () => {
  const counts = Array.from({ length: 100 }, () => null)
  const steps = liveCurve(moment, { startMs: 520_000, counts }) ?? []
  expect(steps.every(({ count }) => count === null)).toBe(true)
})
