import fc from 'fast-check'
import { expect, test } from 'vitest'
import { CountTable } from '@chat-battle/statistics/collections/count-table'
import { RankedSum } from './ranked-sum.ts'

/** Windows of few listed places with ids of very different frequency. */
const windows = fc.array(
  fc.array(
    fc.nat(60).map((n) => String(Math.floor((n * n) / 60))),
    { maxLength: 120 },
  ),
  { minLength: 1, maxLength: 12 },
)

/** `maxEntries`: what a window's table keeps before it forgets, as the fold's do. */
function sumOf(ids: readonly (readonly string[])[], length: number, maxEntries: number, maxKeys: number) {
  const sum = new RankedSum<string>(maxKeys)
  for (const window of ids) {
    const table = new CountTable(maxEntries)
    for (const id of window) table.add(id, `name of ${id}`)
    const { entries, maxUnlisted, maxLow } = table.ranking(length)
    sum.add({ entries: entries.map(({ id, name, count }) => [id, name, count]), maxUnlisted, maxLow })
  }
  return sum
}

function exactCounts(ids: readonly (readonly string[])[]): Map<string, number> {
  const exact = new Map<string, number>()
  for (const id of ids.flat()) exact.set(id, (exact.get(id) ?? 0) + 1)
  return exact
}

test('is never high, and low by no more than it says: of listed ids, and of all others', () => {
  fc.assert(
    fc.property(
      windows,
      fc.integer({ min: 1, max: 20 }),
      fc.integer({ min: 4, max: 80 }),
      fc.integer({ min: 2, max: 80 }),
      (ids, length, maxEntries, maxKeys) => {
        const sum = sumOf(ids, length, maxEntries, maxKeys)
        const ranked = new Map(sum.ranked().map((total) => [total.key, total]))
        for (const [id, exact] of exactCounts(ids)) {
          const total = ranked.get(id)
          expect(total?.count ?? 0).toBeLessThanOrEqual(exact)
          expect(exact).toBeLessThanOrEqual((total?.count ?? 0) + (total?.maxMissed ?? sum.maxMissed))
          if (total !== undefined) expect(total.maxMissed).toBeLessThanOrEqual(sum.maxMissed)
        }
      },
    ),
    { numRuns: 500 },
  )
})

test('equals exact counts where every window lists all of its ids', () => {
  fc.assert(
    fc.property(windows, (ids) => {
      const sum = sumOf(ids, 200, 1000, 1000)
      expect(sum.maxMissed).toBe(0)
      expect(sum.isCut).toBe(false)
      expect(new Map(sum.ranked().map(({ key, count }) => [key, count]))).toEqual(exactCounts(ids))
    }),
  )
})

test('reaches its bound: an id that is always just below the list', () => {
  const ids = Array.from({ length: 3 }, () => ['a', 'a', 'a', 'b', 'b'])
  const sum = sumOf(ids, 1, 100, 100)
  expect(sum.ranked()).toEqual([{ key: 'a', info: 'name of a', count: 9, maxMissed: 0 }])
  expect(sum.maxMissed).toBe(6)
})
