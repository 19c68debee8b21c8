import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { root } from '../root.ts'
import { readLicences } from './read-licences.ts'

const licences = readLicences()

test('the page shows the licences of the dependencies that are installed', () => {
  const shown: unknown = JSON.parse(readFileSync(join(root, 'web/src/lib/about/licences.json'), 'utf8'))
  expect(shown, 'run `pnpm docs:licences`').toEqual(licences)
})

test('no dependency asks for more than its notice', () => {
  const allowed =
    /^(0BSD|Apache-2\.0|BlueOak-1\.0\.0|BSD-[23]-Clause|CC0-1\.0|ISC|MIT|OFL-1\.1|Python-2\.0|\(.+\))$/
  expect(licences.filter(({ licence }) => !allowed.test(licence))).toEqual([])
})
