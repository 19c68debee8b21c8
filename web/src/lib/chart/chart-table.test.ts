import { expect, test } from 'vitest'
import { gridOf } from './chart-series.ts'
import { curveFigures, tableRows } from './chart-table.ts'

const points = (...values: (number | null)[]) => values.map((value, index) => ({ at: index * 10, value }))
const tableOf = (values: (number | null)[]) => {
  const range = { from: 0, to: values.length * 10 }
  return tableRows(gridOf([{ label: 'a', color: 'red', points: points(...values) }], range, 10), range)
}

test('a short curve has a row per step', () => {
  expect(tableOf([4, null, 6])).toEqual([
    { at: 0, values: [4] },
    { at: 10, values: [null] },
    { at: 20, values: [6] },
  ])
})

test('a long curve has at most 30 rows, each the mean of what is known', () => {
  const rows = tableOf(Array.from({ length: 61 }, (_, index) => (index === 0 ? null : index)))
  expect(rows).toHaveLength(21)
  expect(rows[0]).toEqual({ at: 0, values: [1.5] })
  expect(rows[1]).toEqual({ at: 30, values: [4] })
})

test('a curve has the peak and the mean of what is known in the range', () => {
  const grid = gridOf(
    [{ label: 'a', color: 'red', points: points(90, 2, null, 6, 80) }],
    { from: 10, to: 40 },
    10,
  )
  expect(curveFigures(grid, 0, { from: 10, to: 40 })).toEqual({ peak: 6, peakAt: 30, mean: 4 })
  expect(curveFigures(grid, 0, { from: 20, to: 30 })).toBeNull()
})
