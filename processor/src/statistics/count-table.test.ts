import { expect, test } from 'vitest'
import { CountTable } from './count-table.ts'

test('the top is the same as that of a plain count', () => {
  const table = new CountTable(1000)
  const plain = new Map<string, number>()
  let random = 1
  for (let round = 0; round < 5000; round++) {
    random = (random * 48271) % 2147483647
    const id = String(Math.floor(Math.sqrt(random % 10_000)))
    table.add(id, id)
    plain.set(id, (plain.get(id) ?? 0) + 1)
    if (round % 500 === 0) {
      const expected = [...plain].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1)).slice(0, 10)
      expect(table.top().map(({ id, count }) => [id, count])).toEqual(expected)
    }
  }
})

test('stays bounded and keeps the heavy ones exact', () => {
  const table = new CountTable(100)
  for (let round = 0; round < 1000; round++) {
    table.add('heavy', 'heavy')
    table.add(`rare-${round}`, 'rare')
    expect(table.size).toBeLessThanOrEqual(100)
  }
  expect(table.top()[0]).toMatchObject({ id: 'heavy', count: 1000 })
})
