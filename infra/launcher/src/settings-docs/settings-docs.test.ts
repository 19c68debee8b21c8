import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { root } from '../root.ts'
import { settingsByReader } from '../settings.ts'
import { settingGroups } from './catalogue.ts'
import { renderConfiguration, renderEnvExample } from './render.ts'

const read = (file: string) => readFileSync(join(root, file), 'utf8')
const groups = settingGroups()
const outdated = 'run `pnpm docs:settings`'

test('.env.example is generated from the schemas', () => {
  expect(read('.env.example'), outdated).toBe(renderEnvExample(groups))
})

test('the settings in docs/configuration.md are generated from the schemas', () => {
  const document = read('docs/configuration.md')
  expect(document, outdated).toBe(renderConfiguration(document, groups))
})

test('each setting of each program is in exactly one group', () => {
  const grouped = groups.flatMap(({ settings }) => settings.map(({ name }) => name))
  const all = new Set(Object.values(settingsByReader).flatMap((shape) => Object.keys(shape)))
  expect(grouped.toSorted()).toEqual([...all].sort())
})

test('each setting has a description', () => {
  const bare = groups.flatMap(({ settings }) => settings.filter(({ description }) => description === ''))
  expect(bare.map(({ name }) => name)).toEqual([])
})

test('keeps the text around the generated part of docs/configuration.md', () => {
  const document = read('docs/configuration.md')
  const rendered = renderConfiguration(document, [
    { title: 'T', settings: [{ name: 'N', description: 'D.', default: '1', readers: ['web'] }] },
  ])
  expect(rendered).toContain('- `N` (default `1`): D.')
  expect(rendered).not.toContain('KAFKA_BROKERS` (')
  expect(rendered.slice(0, 200)).toBe(document.slice(0, 200))
  expect(rendered.slice(-200)).toBe(document.slice(-200))
})
