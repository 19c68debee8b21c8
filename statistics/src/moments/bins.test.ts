import { expect, test } from 'vitest'
import { PageBuffer } from '../collections/page-buffer.ts'
import { BinHistory, rememberedBins } from './bins.ts'

const first = 1000

/** The counts of the known bins among the last ones up to `last`, as a list that has a count for each index would have them. */
function collected(history: BinHistory, from: number, end: number): number[] {
  const counts = new Uint16Array(rememberedBins)
  return [
    ...counts.subarray(
      0,
      history.collect(from, end, counts, () => false),
    ),
  ]
}

function restored(history: BinHistory): BinHistory {
  const buffer = new PageBuffer()
  history.save(buffer)
  expect(buffer.length).toBe(history.bytes)
  const copy = new BinHistory()
  copy.restore(buffer.view())
  return copy
}

test.each([
  [3, 64],
  [14, 64],
  [15, 128],
  [254, 128],
  [255, 256],
  [65_534, 256],
  [70_000, 256],
])('remembers each count up to %i, in %i bytes', (greatest, bytes) => {
  const history = new BinHistory()
  const expected: number[] = []
  for (let index = first; index < first + 2 * rememberedBins; index++) {
    const count = index % 7 === 0 ? greatest : index % 3
    history.set(index, count)
    expected.push(Math.min(count, 65_534))
  }
  const from = first + rememberedBins
  expect(collected(history, from, from + rememberedBins)).toEqual(expected.slice(rememberedBins))
  expect(history.bytes).toBe(bytes)
  expect(collected(restored(history), from, from + rememberedBins)).toEqual(expected.slice(rememberedBins))
})

test('leaves out what is unknown, forgotten or excluded, also when counts become larger', () => {
  const history = new BinHistory()
  expect(collected(history, first, first + rememberedBins)).toEqual([])
  for (const count of [1, 2, 3, 4, 5, 6]) history.set(first + count, count)
  history.forget(first + 2, first + 3)
  history.set(first + 7, 300)
  expect(collected(history, first, first + rememberedBins)).toEqual([1, 4, 5, 6, 300])
  const counts = new Uint16Array(rememberedBins)
  const size = history.collect(first, first + rememberedBins, counts, (index) => index === first + 5)
  expect([...counts.subarray(0, size)]).toEqual([1, 4, 6, 300])
})

test('refuses a page of another length', () => {
  expect(() => new BinHistory().restore(Buffer.alloc(65))).toThrow('a history of 65 bytes')
})
