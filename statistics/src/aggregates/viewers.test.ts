import { expect, test } from 'vitest'
import { Viewers } from './viewers.ts'

const minute = 60_000

function viewersOf(...samples: [sinceStartMs: number, viewers: number | null][]) {
  const aggregate = new Viewers()
  for (const [sinceStartMs, viewers] of samples) aggregate.add(sinceStartMs, viewers)
  return aggregate.figures().viewers
}

test('shows the counts per minute, the last, the greatest and the rounded mean', () => {
  expect(viewersOf([5000, 100], [minute, 301], [9 * minute + 59_999, 200])).toEqual({
    last: 200,
    peak: 301,
    average: 200,
    series: { step_ms: minute, counts: [100, 301, null, null, null, null, null, null, null, 200] },
  })
})

test('shows nothing rather than zero without a count', () => {
  expect(viewersOf()).toBeNull()
  expect(viewersOf([0, null])).toBeNull()
})

test('shows a stream without viewers as zero', () => {
  expect(viewersOf([0, 0])).toMatchObject({ last: 0, peak: 0, average: 0 })
})

test('keeps the last count of a minute in every order of arrival', () => {
  const samples: [number, number | null][] = [
    [1000, 10],
    [2000, 30],
    [2000, 20],
    [2000, null],
    [1500, 900],
  ]
  for (const order of [samples, samples.toReversed(), samples.toSorted(([a], [b]) => a - b)])
    expect(viewersOf(...order)?.series.counts[0]).toBe(30)
})

test('reports whether a count changes something', () => {
  const aggregate = new Viewers()
  expect(aggregate.add(1000, 10)).toBe(true)
  expect(aggregate.add(1000, 10)).toBe(false)
  expect(aggregate.add(500, 99)).toBe(false)
  expect(aggregate.add(1001, null)).toBe(true)
  expect(aggregate.figures().viewers).toBeNull()
})

test('continues from what it saved, and refuses anything else', () => {
  const aggregate = new Viewers()
  aggregate.add(0, 7)
  aggregate.add(minute, null)
  const restored = new Viewers()
  restored.restore(JSON.parse(JSON.stringify(aggregate.save())))
  expect(restored.figures()).toEqual(aggregate.figures())
  expect(restored.add(minute, null)).toBe(false)
  expect(() => new Viewers().restore([[600_000, 1]])).toThrow('599999')
})
