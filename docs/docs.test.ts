import { globSync, existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'

const root = join(import.meta.dirname, '..')
const documents = globSync(
  ['*.md', '*/*.md', 'infra/*/README.md', 'docs/gallery/README.md', '.github/**/*.md'],
  { cwd: root },
).filter((path) => !path.includes('node_modules'))
const read = (path: string) => readFileSync(join(root, path), 'utf8')
const maxTableColumns = 120

/** The anchors that a heading gets where repositories are hosted. */
function anchorsOf(path: string): string[] {
  const headings = [...read(path).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => heading)
  return headings.map((heading) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\- ]/gu, '')
      .replaceAll(' ', '-'),
  )
}

test.each(documents)('%s links to files and headings that exist', (path) => {
  const links = [...read(path).matchAll(/\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)/g)]
  const broken = links.filter(([, target = '', anchor]) => {
    const file = target === '' ? path : join(dirname(path), target)
    if (!existsSync(join(root, file))) return true
    return anchor !== undefined && !anchorsOf(file).includes(anchor)
  })
  expect(broken.map(([link]) => link)).toEqual([])
})

test.each(documents)('%s names files that exist', (path) => {
  const named = [...read(path).matchAll(/`((?:[\w.-]+\/)+[\w.-]+\.(?:ts|yml|json|md|sh|svelte))`/g)]
  const missing = named
    .map(([, file = '']) => file)
    .filter(
      (file) =>
        !file.includes('NN-') &&
        !existsSync(join(root, file)) &&
        !existsSync(join(root, dirname(path), file)),
    )
  expect(missing).toEqual([])
})

test('features.md names a test that exists for each of its rows', () => {
  const text = read('docs/features.md')
  const rows = [...text.matchAll(/^\| ([0-9]+)\. /gm)].map(([, number]) => number)
  const shown = [...text.matchAll(/^([0-9]+)\. `([^`]+)` (.+)$/gm)]
  expect(shown.map(([, number]) => number)).toEqual(rows)
  expect(rows.length).toBeGreaterThan(0)
  const missing = shown.filter(([, , path = '', name = '']) => {
    const source = existsSync(join(root, path)) ? read(path) : ''
    return !["'", '`', '"'].some((quote) => source.includes(`${quote}${name}${quote}`))
  })
  expect(missing.map(([line]) => line)).toEqual([])
})

test.each(documents)('%s has tables of at most 120 columns', (path) => {
  const wide = read(path)
    .split('\n')
    .filter((line) => line.startsWith('|') && line.length > maxTableColumns)
  expect(wide.map((line) => line.slice(0, 60))).toEqual([])
})
