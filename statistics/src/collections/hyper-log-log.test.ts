import { expect, test } from 'vitest'
import { HyperLogLog } from './hyper-log-log.ts'

test('estimates within one percent, small and large, and survives being stored', () => {
  let sketch = HyperLogLog.empty()
  expect(sketch.estimate()).toBe(0)
  let added = 0
  for (const size of [1, 100, 5000, 20_000, 60_000, 131_072, 250_000, 400_000]) {
    for (; added < size; added++) {
      sketch.add(`user-${added}`)
      if (added % 3 === 0) sketch.add(`user-${added}`)
    }
    sketch = HyperLogLog.fromBuffer(sketch.toBuffer())
    expect(Math.abs(sketch.estimate() - size)).toBeLessThanOrEqual(size * 0.01)
  }
})

test('refuses what is not a sketch', () => {
  expect(() => HyperLogLog.fromBuffer(Buffer.alloc(3))).toThrow('3 bytes')
})
