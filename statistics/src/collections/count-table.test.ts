import { expect, test } from 'vitest'
import { pageOf, restoreFrom, writeChanged, type WrittenPages } from './collection.fixture.ts'
import { CountTable, entriesPerPage } from './count-table.ts'
import { PageCursor } from './page-buffer.ts'

function entriesOn(page: Buffer): unknown[] {
  const cursor = new PageCursor(page)
  const entries: unknown[] = []
  while (!cursor.isAtEnd) {
    const [id, name, counted] = [cursor.readText(), cursor.readText(), cursor.readCount()]
    entries.push([id, name, Math.floor(counted / 2), counted % 2])
  }
  return entries
}

const plain = (table: CountTable) => table.top().map(({ id, name, count }) => [id, name, count])

test('ranks as a plain count does', () => {
  const table = new CountTable(1000)
  const counts = new Map<string, number>()
  let random = 1
  for (let round = 0; round < 5000; round++) {
    random = (random * 48271) % 2147483647
    const id = String(Math.floor(Math.sqrt(random % 10_000)))
    table.add(id, id)
    counts.set(id, (counts.get(id) ?? 0) + 1)
    if (round % 500 === 0) {
      const expected = [...counts].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1)).slice(0, 10)
      expect(table.top().map(({ id, count }) => [id, count])).toEqual(expected)
    }
  }
})

test('stays bounded and keeps frequent ids exact', () => {
  const table = new CountTable(100)
  for (let round = 0; round < 1000; round++) {
    table.add('heavy', 'heavy')
    table.add(`rare-${round}`, 'rare')
    expect(table.size).toBeLessThanOrEqual(100)
  }
  expect(table.top()[0]).toMatchObject({ id: 'heavy', count: 1000 })
})

test('restores from its changed pages, also after it has forgotten some ids', () => {
  const table = new CountTable(1000)
  const written: WrittenPages = new Map()
  let random = 1
  for (let round = 0; round < 20_000; round++) {
    random = (random * 48271) % 2147483647
    const id = String(random % 5 === 0 ? random % 50 : random % 4000)
    table.add(id, `name of ${id} in ${round}`)
    if (round % 1500 === 0) table.exclude(String(table.top()[0]?.id))
    if (round % 700 !== 0) continue
    writeChanged(table, written)
    const restored = restoreFrom(new CountTable(1000), written, table.pageCount)
    expect(restored.size).toBe(table.size)
    expect([...restored.ids()]).toEqual([...table.ids()])
    expect(plain(restored)).toEqual(plain(table))
    expect(restored.takeChangedPages()).toEqual([])
    expect(table.takeChangedPages()).toEqual([])
  }
})

test('ranks the next one after an exclusion, and never again the excluded one', () => {
  const table = new CountTable(1000)
  for (let id = 10; id < 30; id++) for (let times = 0; times < id; times++) table.add(String(id), 'x')
  for (const id of ['29', '15']) table.exclude(id)
  for (let times = 0; times < 100; times++) table.add('29', 'x')
  table.add('19', 'x')
  table.add('19', 'x')
  expect(table.top().map(({ id }) => id)).toEqual([
    '28',
    '27',
    '26',
    '25',
    '24',
    '23',
    '22',
    '19',
    '21',
    '20',
  ])
})

test('forgets the ids with the fewest', () => {
  const table = new CountTable(10)
  const ids = Array.from({ length: 10 }, (_, id) => String(id))
  for (const id of ids) for (let times = 0; times <= Number(id); times++) table.add(id, id)
  table.add('new', 'new')
  expect([...table.ids()].toSorted()).toEqual(['5', '6', '7', '8', '9', 'new'])
})

test('writes what it keeps when it forgets, and nothing that it forgot', () => {
  const table = new CountTable(1000)
  const written: WrittenPages = new Map()
  for (let id = 0; id < 1000; id++) table.add(String(id), 'x')
  writeChanged(table, written)
  table.add('999', 'x')
  table.add('new', 'x')
  writeChanged(table, written)
  expect(table.pageCount).toBe(Math.ceil(501 / entriesPerPage))
  const restored = restoreFrom(new CountTable(1000), written, table.pageCount)
  expect([...restored.ids()]).toEqual([...table.ids()])
})

test('writes a page that was restored from another record', () => {
  const table = new CountTable(1000)
  table.add('1', 'one')
  const restored = new CountTable(1000)
  restored.restorePage(pageOf(table, 0), { number: 0, isLast: true, isWritten: false })
  expect(restored.takeChangedPages()).toEqual([0])
})

test('counts an anonymous id on from what the person had, and does not rank it', () => {
  const table = new CountTable(100)
  for (const id of ['7', '7', '8']) table.add(id, `name of ${id}`)
  expect(table.anonymise('7', 'anon-7')).toBe(true)
  table.add('anon-7', '', () => true)
  expect(plain(table)).toEqual([['8', 'name of 8', 1]])
  expect(table.size).toBe(2)
  expect(entriesOn(pageOf(table, 0))).toEqual([
    ['anon-7', '', 3, 1],
    ['8', 'name of 8', 1, 0],
  ])
})

test('counts a person once who wrote under the anonymous id before the user id became anonymous', () => {
  const table = new CountTable(100)
  table.add('7', 'seven')
  table.add('anon-7', '', () => true)
  expect(table.anonymise('7', 'anon-7')).toBe(true)
  expect(entriesOn(pageOf(table, 0))).toEqual([['anon-7', '', 2, 1]])
  expect(table.anonymise('7', 'anon-7')).toBe(false)
})

test.each([
  ['first', 'last'],
  ['middle', 'last'],
  ['last but one', 'last'],
  ['last', 'first'],
])('restores from its changed pages after the %s entry was merged into the %s one', (merged, into) => {
  const places: Record<string, number> = { first: 0, middle: 40, 'last but one': 63, last: 64 }
  const ids = Array.from({ length: entriesPerPage * 2 + 1 }, (_, index) =>
    index === places[into] ? 'anon' : index === places[merged] ? 'person' : String(index),
  )
  const table = new CountTable(1000)
  const written: WrittenPages = new Map()
  for (const id of ids) table.add(id, `name of ${id}`)
  writeChanged(table, written)
  table.anonymise('person', 'anon')
  writeChanged(table, written)
  const restored = restoreFrom(new CountTable(1000), written, table.pageCount)
  expect(restored.size).toBe(entriesPerPage * 2)
  expect(restored.pageCount).toBe(2)
  for (let page = 0; page < table.pageCount; page++)
    expect(pageOf(restored, page)).toEqual(pageOf(table, page))
})

test('ranks as many as are wanted, and bounds what the ranking leaves out', () => {
  const table = new CountTable(1000)
  for (let id = 1; id <= 300; id++) for (let count = 0; count < id; count++) table.add(String(id), 'name')
  table.exclude('300')
  const { entries, maxUnlisted, maxLow } = table.ranking(200)
  expect(entries.map(({ count }) => count)).toEqual(Array.from({ length: 200 }, (_, at) => 299 - at))
  expect([maxUnlisted, maxLow]).toEqual([99, 0])
  expect(table.ranking(400).maxUnlisted).toBe(0)
})

test('bounds by how much a count is low once ids were forgotten', () => {
  const table = new CountTable(40)
  const exact = new Map<string, number>()
  let random = 1
  for (let round = 0; round < 5000; round++) {
    random = (random * 48271) % 2147483647
    const id = String(Math.floor((random % 10_000) ** 2 / 500_000))
    table.add(id, id)
    exact.set(id, (exact.get(id) ?? 0) + 1)
    if (round % 100 !== 0) continue
    const { entries, maxUnlisted, maxLow } = table.ranking(10)
    const listed = new Map(entries.map(({ id, count }) => [id, count]))
    for (const [id, count] of exact) {
      const shown = listed.get(id)
      expect(count).toBeLessThanOrEqual(shown === undefined ? maxUnlisted : shown + maxLow)
    }
  }
})
