import { expect, test } from 'vitest'
import { restoreFrom, writeChanged, type WrittenPages } from './collection.fixture.ts'
import { HyperLogLog } from './hyper-log-log.ts'

test('estimates within one percent, small and large, also after each restore', () => {
  let sketch = new HyperLogLog()
  const written: WrittenPages = new Map()
  expect(sketch.estimate()).toBe(0)
  let added = 0
  for (const size of [1, 100, 5000, 20_000, 60_000, 131_072, 250_000, 400_000]) {
    for (; added < size; added++) {
      sketch.add(`user-${added}`)
      if (added % 3 === 0) sketch.add(`user-${added}`)
    }
    writeChanged(sketch, written)
    const estimate = sketch.estimate()
    sketch = restoreFrom(new HyperLogLog(), written, sketch.pageCount)
    expect(sketch.estimate()).toBe(estimate)
    expect(Math.abs(estimate - size)).toBeLessThanOrEqual(size * 0.01)
  }
})

test('writes no page again for ids that it has', () => {
  const sketch = new HyperLogLog()
  for (let id = 0; id < 1000; id++) sketch.add(String(id))
  expect(sketch.takeChangedPages().length).toBe(sketch.pageCount)
  for (let id = 0; id < 1000; id++) sketch.add(String(id))
  expect(sketch.takeChangedPages()).toEqual([])
})

test('refuses a page of another length', () => {
  const place = { number: 0, isLast: false, isWritten: true }
  expect(() => new HyperLogLog().restorePage(Buffer.alloc(3), place)).toThrow('3 bytes')
})

test('refuses a sketch with too few pages', () => {
  const place = { number: 0, isLast: true, isWritten: true }
  expect(() => new HyperLogLog().restorePage(Buffer.alloc(4096), place)).toThrow('page 0')
})
