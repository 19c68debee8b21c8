import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { flag, host, list, logins, outsideUrl, port, readSettings, SettingsError, whole } from './settings.ts'

const shape = {
  PORT: port.default(3000),
  NAMES: list.default([]),
  SIZE: whole(1, 10).default(1),
  TLS: flag.default(false),
  MUST: z.string(),
  THE_SECRET: whole(1, 10).optional(),
}

test('gives an absent or empty setting its default', () => {
  expect(readSettings(shape, { MUST: ' x ', PORT: '', NAMES: 'a, b,,' })).toEqual({
    PORT: 3000,
    NAMES: ['a', 'b'],
    SIZE: 1,
    TLS: false,
    MUST: 'x',
  })
})

test('reports every wrong value at once, without secrets', () => {
  const read = () => readSettings(shape, { PORT: '99999', SIZE: '-1', TLS: 'yes', THE_SECRET: 'hush' })
  expect(read).toThrow(SettingsError)
  for (const reported of ['PORT=99999', 'SIZE=-1', 'TLS=yes', 'MUST is missing', 'THE_SECRET=***'])
    expect(read).toThrow(reported)
  expect(read).not.toThrow('hush')
})

test('refuses a value under the former name of a setting', () => {
  const renamed = { GATEWAY_TRUSTED_PROXIES: list.default([]) }
  const environment = { TRUSTED_PROXIES: '10.0.0.1' }
  expect(() => readSettings(renamed, environment)).toThrow('TRUSTED_PROXIES is now GATEWAY_TRUSTED_PROXIES')
  expect(readSettings({ PORT: port.default(3000) }, environment)).toEqual({ PORT: 3000 })
})

test.each(['0', '11', '-1', '1.5', '1e1', '99999999999999999999'])(
  'refuses the number %s and names the bounds',
  (value) => {
    expect(() => readSettings(shape, { MUST: 'x', SIZE: value })).toThrow(
      `SIZE=${value}: expected a whole number from 1 to 10`,
    )
  },
)

test.each(['1', '10'])('accepts the bound %s', (value) => {
  expect(readSettings(shape, { MUST: 'x', SIZE: value }).SIZE).toBe(Number(value))
})

test.each(['127.0.0.1', '0.0.0.0', '::', 'localhost', 'my-host.example'])(
  'accepts %s as an address to listen on',
  (value) => {
    expect(readSettings({ HOST: host }, { HOST: value }).HOST).toBe(value)
  },
)

test.each(['http://localhost', 'localhost:3000', '[::1]', 'a b'])(
  'refuses %s as an address to listen on',
  (value) => {
    expect(() => readSettings({ HOST: host }, { HOST: value })).toThrow('expected an address of this machine')
  },
)

describe('an address of an outside service', () => {
  const shape = { API_URL: outsideUrl('https://api.example/3').describe('An API.') }
  const read = (value?: string) => readSettings(shape, value === undefined ? {} : { API_URL: value }).API_URL

  test('has its default only when it is absent', () => {
    expect(read()).toBe('https://api.example/3')
  })

  test.each(['', '  '])('is turned off by the empty value "%s"', (value) => {
    expect(read(value)).toBe('')
  })

  test('has no slash at its end', () => {
    expect(read('http://127.0.0.1:3003/3/')).toBe('http://127.0.0.1:3003/3')
  })

  test.each(['ftp://api.example', 'api.example', 'off'])('refuses %s', (value) => {
    expect(() => read(value)).toThrow(`API_URL=${value}: expected an http:// or https:// address`)
  })
})

test('reads channel names as logins and names each that is none', () => {
  expect(readSettings({ NAMES: logins }, { NAMES: 'Ada, #bo' }).NAMES).toEqual(['ada', 'bo'])
  expect(() => readSettings({ NAMES: logins }, { NAMES: 'ada,b-o' })).toThrow('b-o is not a channel name')
})
