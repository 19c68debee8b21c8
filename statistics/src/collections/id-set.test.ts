import { expect, test } from 'vitest'
import { hashId, IdSet, idsPerPage } from './id-set.ts'

test('only pages that changed are written, and they restore each id with its number', () => {
  const set = IdSet.empty()
  const pages: Buffer[] = []
  const changed = () => {
    const dirty = set.takeDirtyPages()
    for (const [page, content] of dirty) pages[page] = content
    return dirty.map(([page]) => page)
  }
  const fill = (size: number) => {
    for (let id = set.size; id < size; id++) expect(set.add(hashId(String(id)), id)).toBe(true)
  }
  fill(idsPerPage - 1)
  expect([changed(), changed()]).toEqual([[0], []])
  fill(idsPerPage)
  expect([changed(), changed()]).toEqual([[0], []])
  fill(2 * idsPerPage + 5)
  expect([changed(), changed()]).toEqual([[1, 2], []])
  expect(set.add(hashId('3'), 7)).toBe(false)
  expect(changed()).toEqual([])
  const restored = IdSet.fromPages(pages)
  expect([...restored.entries()]).toEqual([...set.entries()])
  expect(restored.numberOf(hashId('4097'))).toBe(4097)
  expect(restored.takeDirtyPages()).toEqual([])
})
