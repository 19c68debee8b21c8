import { expect, test } from 'vitest'
import { CountTable, type StoredEntry } from './count-table.ts'

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

test('its changed pages are all that is needed to restore it, also after it has forgotten some', () => {
  const table = new CountTable(1000)
  const pages: StoredEntry[][] = []
  let random = 1
  for (let round = 0; round < 20_000; round++) {
    random = (random * 48271) % 2147483647
    const id = String(random % 5 === 0 ? random % 50 : random % 4000)
    table.add(id, `name of ${id} in ${round}`)
    if (round % 1500 === 0) table.exclude(String(table.top()[0]?.id))
    if (round % 700 !== 0) continue
    for (const [page, content] of table.takeDirtyPages()) pages[page] = content
    pages.length = table.pageCount
    const restored = new CountTable(1000, pages.flat())
    expect(restored.size).toBe(table.size)
    expect([...restored.ids()]).toEqual([...table.ids()])
    expect(restored.top().map(({ id, name, count }) => [id, name, count])).toEqual(
      table.top().map(({ id, name, count }) => [id, name, count]),
    )
    expect(restored.takeDirtyPages()).toEqual([])
    expect(table.takeDirtyPages()).toEqual([])
  }
})

test('of too many the rarest are forgotten', () => {
  const table = new CountTable(10)
  const ids = Array.from({ length: 10 }, (_, id) => String(id))
  for (const id of ids) for (let times = 0; times <= Number(id); times++) table.add(id, id)
  table.add('new', 'new')
  expect([...table.ids()].toSorted()).toEqual(['5', '6', '7', '8', '9', 'new'])
})

test('what it keeps when it forgets is in its changed pages, and nothing of what it forgot', () => {
  const table = new CountTable(1000)
  const pages = new Map<number, StoredEntry[]>()
  const take = () => {
    for (const [page, content] of table.takeDirtyPages()) pages.set(page, content)
  }
  for (let id = 0; id < 1000; id++) table.add(String(id), 'x')
  take()
  table.add('999', 'x')
  table.add('new', 'x')
  take()
  expect(table.pageCount).toBe(2)
  const restored = new CountTable(
    1000,
    [0, 1].flatMap((page) => pages.get(page) ?? []),
  )
  expect([...restored.ids()]).toEqual([...table.ids()])
  expect(pages.get(3)?.length).toBeGreaterThan(0)
})
