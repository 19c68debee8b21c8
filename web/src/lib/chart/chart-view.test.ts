import { expect, test } from 'vitest'
import { chosen, clustered, maxRangeMs, minRangeMs, panned, zoomed } from './chart-view.ts'

const hourMs = 3_600_000

test('a zoom keeps the time under the pointer in its place', () => {
  const range = zoomed({ from: 0, to: 10 * hourMs }, 2.5 * hourMs, 0.5)
  expect(range).toEqual({ from: 1.25 * hourMs, to: 6.25 * hourMs })
})

test('a zoom stops at a minute and at 90 days', () => {
  const near = zoomed({ from: 0, to: 2 * minRangeMs }, minRangeMs, 0.01)
  expect(near.to - near.from).toBe(minRangeMs)
  const far = zoomed({ from: 0, to: maxRangeMs }, 0, 4)
  expect(far.to - far.from).toBe(maxRangeMs)
})

test('a pan keeps the length', () => expect(panned({ from: 10, to: 30 }, -5.2)).toEqual({ from: 5, to: 25 }))

test('a stretch may be chosen from either end, and is never shorter than a minute', () => {
  expect(chosen(5 * hourMs, 2 * hourMs)).toEqual({ from: 2 * hourMs, to: 5 * hourMs })
  expect(chosen(hourMs, hourMs + 20_000)).toEqual({ from: hourMs - 20_000, to: hourMs + 40_000 })
})

test('marks close to each other stand together, and those outside of the range nowhere', () => {
  const marks = [50, 10, 12, 101, -1, 14].map((at) => ({ at }))
  expect(clustered(marks, { from: 0, to: 100 }, 0.03)).toEqual([
    { share: 0.1, marks: [{ at: 10 }, { at: 12 }] },
    { share: 0.14, marks: [{ at: 14 }] },
    { share: 0.5, marks: [{ at: 50 }] },
  ])
})
