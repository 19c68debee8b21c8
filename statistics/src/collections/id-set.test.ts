import { expect, test } from 'vitest'
import { restoreFrom, writeChanged, type WrittenPages } from './collection.fixture.ts'
import { hashEvent } from './id-hash.ts'
import { IdSet, idsPerPage } from './id-set.ts'

function fill(set: IdSet, size: number): void {
  for (let id = set.size; id < size; id++) expect(set.add(hashEvent(String(id)), id)).toBe(true)
}

test('writes only the pages that changed', () => {
  const set = new IdSet()
  fill(set, idsPerPage - 1)
  expect([set.takeChangedPages(), set.takeChangedPages()]).toEqual([[0], []])
  fill(set, idsPerPage)
  expect([set.takeChangedPages(), set.takeChangedPages()]).toEqual([[0], []])
  fill(set, 2 * idsPerPage + 5)
  expect([set.takeChangedPages(), set.takeChangedPages()]).toEqual([[1, 2], []])
  expect(set.add(hashEvent('3'), 7)).toBe(false)
  expect(set.takeChangedPages()).toEqual([])
})

test('restores each id with its number from its changed pages', () => {
  const set = new IdSet()
  const written: WrittenPages = new Map()
  for (const size of [10, idsPerPage, 17 * idsPerPage + 5]) {
    fill(set, size)
    writeChanged(set, written)
  }
  set.add(hashEvent('high'), 2 ** 32 - 1)
  writeChanged(set, written)
  const restored = restoreFrom(new IdSet(), written, set.pageCount)
  expect([...restored.entries()]).toEqual([...set.entries()])
  expect(restored.numberOf(hashEvent('4097'))).toBe(4097)
  expect(restored.numberOf(hashEvent('high'))).toBe(2 ** 32 - 1)
  expect(restored.numberOf(hashEvent('unknown'))).toBeUndefined()
  expect(restored.takeChangedPages()).toEqual([])
})

test('keeps ids apart of which only one half is equal', () => {
  const set = new IdSet()
  const halves = [-(2 ** 31), -1, 0, 1, 2 ** 31 - 1]
  const ids = halves.flatMap((low) => halves.map((high) => ({ low, high })))
  for (const [index, id] of ids.entries()) expect(set.add(id, index)).toBe(true)
  expect(ids.map((id) => set.numberOf(id))).toEqual(ids.map((_, index) => index))
})

test('refuses a page with a part of an id', () => {
  const place = { number: 0, isLast: true, isWritten: true }
  expect(() => new IdSet().restorePage(Buffer.alloc(13), place)).toThrow('entries')
})
