import { expect, test } from 'vitest'
import { CatchUp } from './catch-up.ts'

const offsets = (partition: number, low: number, high: number) => ({
  partition,
  low: BigInt(low),
  high: BigInt(high),
})

test('is done at once when every partition is empty, also where records were deleted', () => {
  expect(new CatchUp([]).isDone).toBe(true)
  expect(new CatchUp([offsets(0, 0, 0), offsets(1, 7, 7)]).isDone).toBe(true)
})

test('is done when the last partition reaches its end, and reports that once', () => {
  const catchUp = new CatchUp([offsets(0, 0, 2), offsets(1, 5, 9), offsets(2, 0, 0)])
  expect(catchUp.advance(0, 1n)).toBe(false)
  expect(catchUp.advance(0, 2n)).toBe(false)
  expect(catchUp.advance(1, 8n)).toBe(false)
  expect(catchUp.isDone).toBe(false)
  expect(catchUp.advance(1, 12n)).toBe(true)
  expect(catchUp.isDone).toBe(true)
  expect(catchUp.advance(1, 13n)).toBe(false)
})

test('ignores partitions that it does not wait for', () => {
  const catchUp = new CatchUp([offsets(0, 0, 2)])
  expect(catchUp.advance(1, 5n)).toBe(false)
  expect(catchUp.isDone).toBe(false)
})
