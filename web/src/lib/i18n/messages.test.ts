import { expect, test } from 'vitest'
import { localeOf } from './messages.ts'

test.each([
  ['de-CH,de;q=0.9,en;q=0.8', 'de'],
  ['fr-FR,DE;q=0.9', 'de'],
  ['fr,en;q=0.5', 'en'],
  ['xx', 'en'],
  [null, 'en'],
])('chooses the language of %j', (header, locale) => {
  expect(localeOf(header)).toBe(locale)
})
