import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { root } from './root.ts'

// pnpm's savePrefix and catalogMode apply to `pnpm add` only, not to what is written into a manifest by hand.

const exact = /^[0-9]+\.[0-9]+\.[0-9]+(-[0-9A-Za-z.-]+)?$/
const kinds = ['dependencies', 'devDependencies', 'optionalDependencies'] as const
type Versions = Record<string, string>

const read = (file: string) => readFileSync(join(root, file), 'utf8')
const { catalog } = parse(read('pnpm-workspace.yaml')) as { catalog: Versions }

function isPinned(name: string, version: string): boolean {
  return version === 'workspace:*' || exact.test(version === 'catalog:' ? (catalog[name] ?? '') : version)
}

const manifests = globSync(['package.json', '*/package.json', 'infra/*/package.json'], { cwd: root })

test.each(manifests)('%s pins every dependency to one version', (file) => {
  const manifest = JSON.parse(read(file)) as Partial<Record<(typeof kinds)[number], Versions>>
  const dependencies = kinds.flatMap((kind) => Object.entries(manifest[kind] ?? {}))
  expect(dependencies.filter(([name, version]) => !isPinned(name, version))).toEqual([])
})

test('finds the manifest of each package', () => {
  expect(manifests.length).toBeGreaterThan(14)
})

test.each(['1.2.3', '1.2.3-rc.1', 'workspace:*'])('%s is pinned', (version) => {
  expect(isPinned('it', version)).toBe(true)
})

test.each([
  '^1.2.3',
  '~1.2.3',
  '1.2',
  '1.x',
  '*',
  'latest',
  '>=1.2.3',
  'github:a/b',
  'catalog:other',
  'catalog:',
])('%s of a package that is not in the catalogue is not pinned', (version) => {
  expect(isPinned('it', version)).toBe(false)
})

test('the catalogue counts by the version that it has', () => {
  expect(isPinned('zod', 'catalog:')).toBe(true)
})
