import { expect, test } from 'vitest'
import { readPreferred } from './cookies.ts'

test('reads what a visitor prefers', () => {
  const cookies: Record<string, string> = {
    cb_lang: 'de',
    cb_zone: 'Europe/Berlin',
    cb_still: '1',
    cb_keys: '0',
  }
  expect(readPreferred((name) => cookies[name], 'en')).toEqual({
    locale: 'de',
    zone: 'Europe/Berlin',
    hasStillEmotes: true,
    hasKeys: false,
  })
})

test('takes values that it does not know as missing', () => {
  const cookies: Record<string, string> = {
    cb_lang: 'xx',
    cb_zone: 'Mars/Base"><script>',
    cb_still: 'yes',
    cb_keys: '',
  }
  expect(readPreferred((name) => cookies[name], 'de-DE')).toEqual({
    locale: 'de',
    zone: 'UTC',
    hasStillEmotes: false,
    hasKeys: true,
  })
})
