import fc from 'fast-check'
import { expect, test } from 'vitest'
import { HyperLogLog } from './hyper-log-log.ts'
import { RangeSketch } from './range-sketch.ts'

const people = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, at) => `person-${from + at}`)

function sketchOf(ids: Iterable<string>): RangeSketch {
  const sketch = new RangeSketch()
  for (const id of ids) sketch.add(id)
  return sketch
}

test('estimates the people of merged windows as if one window had counted them all', () => {
  const windows = Array.from({ length: 30 }, (_, number) => people(number * 300, number * 300 + 2000))
  const merged = new RangeSketch()
  for (const ids of windows) merged.merge(sketchOf(ids).encode())
  expect(merged.encode()).toEqual(sketchOf(windows.flat()).encode())
  const exact = new Set(windows.flat()).size
  expect(Math.abs(merged.estimate() - exact) / exact).toBeLessThan(0.02)
})

test('has a standard error of at most one percent, from ten people to 10,000', () => {
  for (const size of [10, 1000, 10_000]) {
    const rounds = 20
    let squares = 0
    for (let round = 0; round < rounds; round++) {
      const ids = Array.from({ length: size }, (_, at) => `${round}-${at}`)
      squares += (sketchOf(ids).estimate() / size - 1) ** 2
    }
    expect(Math.sqrt(squares / rounds)).toBeLessThan(0.01)
  }
})

test('takes over a larger sketch as if it had counted each id itself', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ minLength: 1 }), { maxLength: 200 }), fc.nat(200_000), (ids, many) => {
      const all = [...ids, ...people(0, many % 5000)]
      const large = new HyperLogLog()
      for (const id of all) large.add(id)
      const sketch = new RangeSketch()
      large.addTo(sketch)
      expect(sketch.encode()).toEqual(sketchOf(all).encode())
    }),
    { numRuns: 30 },
  )
})

test('continues the rank of an id whose remaining bits are all zero in the larger sketch', () => {
  const large = new HyperLogLog()
  // A page of registers, each with the greatest rank: register 0 to 4095 have three bits of zeros above 2^14.
  const page = Buffer.alloc(4096, 0)
  page[5] = 48
  large.restorePage(page, { number: 0, isLast: false, isWritten: true })
  const sketch = new RangeSketch()
  large.addTo(sketch)
  const expected = new RangeSketch()
  expected.addRank(5, 51)
  expect(sketch.encode()).toEqual(expected.encode())
})

test.each([0, 1, 4095, 4096, 30_000])('restores what it encoded, with %i people', (size) => {
  const sketch = sketchOf(people(0, size))
  const encoded = sketch.encode()
  expect(encoded.length).toBeLessThanOrEqual(12_289)
  const restored = new RangeSketch()
  restored.merge(encoded)
  expect(restored.encode()).toEqual(encoded)
  expect(restored.estimate()).toBe(sketch.estimate())
})

test.each([
  ['no bytes', []],
  ['an unknown form', [2]],
  ['half an entry', [0, 1, 2]],
  ['a short dense form', [1, 0, 0, 0]],
  ['a rank above the greatest', [0, 0, 0, 63]],
  ['a register above the last', [0, 255, 255, 193]],
])('refuses %s', (_name, bytes) => {
  expect(() => new RangeSketch().merge(Uint8Array.from(bytes))).toThrow()
})
