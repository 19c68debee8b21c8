import { expect, test } from 'vitest'
import { readCatalogue, unpinned } from './pins.ts'

const catalogue = readCatalogue(`
packages: [infra]
catalog:
  exact: 1.2.3
  early: 1.2.3-rc.1
  ranged: ^1.2.3
`)

function found(version: string, name = 'it', kind = 'dependencies'): string[] {
  return unpinned(JSON.stringify({ name: 'x', [kind]: { [name]: version } }), catalogue)
}

test.each(['1.2.3', '1.2.3-rc.1', 'workspace:*'])('%s is pinned', (version) => {
  expect(found(version)).toEqual([])
})

test.each(['^1.2.3', '~1.2.3', '1.2', '1.x', '*', 'latest', '>=1.2.3', 'github:a/b', 'catalog:other'])(
  '%s is not pinned, whatever it is for',
  (version) => {
    for (const kind of ['dependencies', 'devDependencies', 'optionalDependencies'])
      expect(found(version, 'it', kind)).toEqual([`it is not pinned: ${version}`])
  },
)

test('the catalogue counts by the version that it has', () => {
  expect(found('catalog:', 'exact')).toEqual([])
  expect(found('catalog:', 'early')).toEqual([])
  expect(found('catalog:', 'ranged')).toEqual(['ranged is not pinned: ^1.2.3'])
  expect(found('catalog:', 'absent')).toEqual(['absent is not pinned: not in the catalogue'])
})
