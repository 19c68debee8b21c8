import { expect, test } from 'vitest'
import { Coverage, maxRanges } from './coverage.ts'

function of(...stretches: [from: number, to: number][]): [number, number][] {
  const coverage = new Coverage()
  for (const [from, to] of stretches) coverage.add(from, to)
  return coverage.ranges.map(({ from, to }) => [from, to])
}

test('stretches that touch or overlap are one, in whatever order they come', () => {
  expect(of([0, 5], [5, 9])).toEqual([[0, 9]])
  expect(of([5, 9], [0, 5])).toEqual([[0, 9]])
  expect(of([0, 2], [8, 9], [4, 6], [1, 8])).toEqual([[0, 9]])
  expect(of([0, 9], [3, 4])).toEqual([[0, 9]])
})

test('stretches with time between them stay apart, in order', () => {
  expect(of([6, 9], [0, 5])).toEqual([
    [0, 5],
    [6, 9],
  ])
})

test('a stretch without length, or one that ends before it begins, covers nothing', () => {
  expect(of([5, 5], [9, 3])).toEqual([])
})

test('a stretch reports whether any of it was new', () => {
  const coverage = new Coverage()
  expect([coverage.add(0, 5), coverage.add(1, 5), coverage.add(1, 6), coverage.add(0, 6)]).toEqual([
    true,
    false,
    true,
    false,
  ])
})

test('of too many stretches the shortest is dropped, and never is more claimed than was covered', () => {
  const coverage = new Coverage()
  for (let index = 0; index < maxRanges; index++) coverage.add(index * 100, index * 100 + 10 + index)
  coverage.add(9000, 9005)
  expect(coverage.ranges).toHaveLength(maxRanges)
  expect(coverage.ranges.at(-1)).toEqual({ from: 4900, to: 4959 })
  coverage.add(9000, 9090)
  expect(coverage.ranges).toHaveLength(maxRanges)
  expect(coverage.ranges[0]).toEqual({ from: 100, to: 111 })
  expect(coverage.ranges.at(-1)).toEqual({ from: 9000, to: 9090 })
})
