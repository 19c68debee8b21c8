import { expect, test } from 'vitest'
import { Coverage, maxRanges } from './coverage.ts'

function of(...ranges: [from: number, to: number][]): [number, number][] {
  const coverage = new Coverage()
  for (const [from, to] of ranges) coverage.add(from, to)
  return coverage.ranges.map(({ from, to }) => [from, to])
}

test('merges ranges that touch or overlap, in any order', () => {
  expect(of([0, 5], [5, 9])).toEqual([[0, 9]])
  expect(of([5, 9], [0, 5])).toEqual([[0, 9]])
  expect(of([0, 2], [8, 9], [4, 6], [1, 8])).toEqual([[0, 9]])
  expect(of([0, 9], [3, 4])).toEqual([[0, 9]])
})

test('keeps ranges with time between them apart, in order', () => {
  expect(of([6, 9], [0, 5])).toEqual([
    [0, 5],
    [6, 9],
  ])
})

test('ignores a range that does not end after it begins', () => {
  expect(of([5, 5], [9, 3])).toEqual([])
})

test('reports whether any of a range was new', () => {
  const coverage = new Coverage()
  expect([coverage.add(0, 5), coverage.add(1, 5), coverage.add(1, 6), coverage.add(0, 6)]).toEqual([
    true,
    false,
    true,
    false,
  ])
})

test('drops the shortest of too many ranges and claims no uncovered time', () => {
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
