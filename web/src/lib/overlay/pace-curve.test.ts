import { expect, test } from 'vitest'
import { paceOf } from '../chart/timeline.ts'
import { paceCurve } from './pace-curve.ts'

test('ends with the pace that the card shows', () => {
  const timeline = { startMs: 0, counts: Array.from({ length: 120 }, (_, step) => step % 7) }
  const curve = paceCurve(timeline)
  expect(curve).toHaveLength(108)
  expect(curve.at(-1)).toBe(paceOf(timeline))
  expect(curve[0]).toBe(paceOf({ startMs: 0, counts: timeline.counts.slice(0, 13) }))
})

test('is unknown where no message of the minute before is', () => {
  const counts = [...Array<null>(13).fill(null), ...Array<number>(20).fill(5)]
  const curve = paceCurve({ startMs: 0, counts })
  expect(curve.slice(0, 3)).toEqual([null, null, 60])
  expect(paceCurve(null)).toEqual([])
})
