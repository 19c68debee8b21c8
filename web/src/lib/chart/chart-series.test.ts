import { expect, test } from 'vitest'
import { gridOf, peakOf, stacked, stepAt } from './chart-series.ts'

const series = (...points: [number, number | null][]) => ({
  label: 'a',
  color: 'red',
  points: points.map(([at, value]) => ({ at, value })),
})

test('puts the points of several series on one grid, a step beyond the range on both sides', () => {
  const grid = gridOf([series([10, 1], [20, 2]), series([20, 7], [90, 9])], { from: 10, to: 30 }, 10)
  expect(grid.xs).toEqual([5, 15, 25, 35])
  expect(grid.columns).toEqual([
    [null, 1, 2, null],
    [null, null, 7, null],
  ])
})

test('bounds the grid of a step that is too small for its range', () => {
  expect(gridOf([], { from: 0, to: 1e12 }, 1000).xs).toHaveLength(5000)
})

test('stacks what is known, and nothing where no series is known', () => {
  expect(
    stacked([
      [1, null, null],
      [2, 3, null],
    ]),
  ).toEqual([
    [1, null, null],
    [3, 3, null],
  ])
})

test('finds the peak within the range only', () => {
  const grid = gridOf([series([0, 90], [10, 1], [20, 2], [30, 80])], { from: 10, to: 30 }, 10)
  expect(peakOf(grid, { from: 10, to: 30 })).toBe(2)
})

test('finds the step of a time, and the nearest one outside', () => {
  const grid = gridOf([], { from: 10, to: 30 }, 10)
  expect([-50, 12, 19, 20, 500].map((at) => stepAt(grid, at))).toEqual([0, 1, 1, 2, 3])
})
