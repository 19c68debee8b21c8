import fc from 'fast-check'
import { expect, test } from 'vitest'
import { gapsBetween, longest } from './time-ranges.ts'

test('finds exactly the times that no range covers', () => {
  const range = fc.tuple(fc.nat(40), fc.nat(10)).map(([from, length]) => ({ from, to: from + length }))
  fc.assert(
    fc.property(fc.array(range, { maxLength: 8 }), fc.nat(20), fc.nat(30), (ranges, from, length) => {
      const to = from + length
      const gaps = gapsBetween(ranges, from, to)
      for (let at = 0; at < 60; at++) {
        const isGap = at >= from && at < to && !ranges.some((range) => range.from <= at && at < range.to)
        expect(gaps.filter((gap) => gap.from <= at && at < gap.to)).toHaveLength(isGap ? 1 : 0)
      }
      expect(gaps.every((gap, index) => gap.from < gap.to && gap.from > (gaps[index - 1]?.to ?? -1))).toBe(
        true,
      )
    }),
  )
})

test('keeps the longest in order', () => {
  const ranges = [
    { from: 0, to: 5 },
    { from: 6, to: 7 },
    { from: 10, to: 20 },
  ]
  expect(longest(ranges, 2)).toEqual([ranges[0], ranges[2]])
})
