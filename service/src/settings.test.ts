import { expect, test } from 'vitest'
import { z } from 'zod'
import { flag, list, port, readSettings, SettingsError, whole } from './settings.ts'

const shape = {
  PORT: port.default(3000),
  NAMES: list.default([]),
  SIZE: whole.default(1),
  TLS: flag.default(false),
  MUST: z.string(),
  THE_SECRET: whole.optional(),
}

test('what is absent or empty takes its default', () => {
  expect(readSettings(shape, { MUST: ' x ', PORT: '', NAMES: 'a, b,,' })).toEqual({
    PORT: 3000,
    NAMES: ['a', 'b'],
    SIZE: 1,
    TLS: false,
    MUST: 'x',
  })
})

test('every wrong value is told at once, and no secret is', () => {
  const read = () => readSettings(shape, { PORT: '99999', SIZE: '-1', TLS: 'yes', THE_SECRET: 'hush' })
  expect(read).toThrow(SettingsError)
  for (const told of ['PORT=99999', 'SIZE=-1', 'TLS=yes', 'MUST is missing', 'THE_SECRET=***'])
    expect(read).toThrow(told)
  expect(read).not.toThrow('hush')
})
