import { expect, test } from 'vitest'
import { SettingsError } from '@chat-battle/runtime/process/settings'
import { readEverySetting } from './settings.ts'

function settingsErrorOf(read: () => unknown): SettingsError {
  try {
    read()
  } catch (error) {
    if (error instanceof SettingsError) return error
    throw error
  }
  throw new Error('every setting was accepted')
}

test('reports the invalid settings of all services at once, each once', () => {
  const wrong = {
    WEB_PORT: 'abc',
    LOG_LEVEL: 'loud',
    CORS_ORIGINS: 'dashboard.example/path',
    GATEWAY_TRUSTED_PROXIES: 'nowhere',
    MONITORED_CHANNELS: 'no spaces',
    CASSANDRA_TLS: 'perhaps',
    TWITCH_CLIENT_ID: 'without the others',
  }
  const error = settingsErrorOf(() => readEverySetting(wrong))
  expect(error.wrong.map((line) => line.split(/[= ]/)[0]).sort()).toEqual(
    Object.keys(wrong)
      .map((name) => name.replace('CLIENT_ID', 'CLIENT_SECRET'))
      .sort(),
  )
})

test('every setting has a default', () => {
  expect(readEverySetting({})).toMatchObject({ WEB_PORT: 3000, GATEWAY_PORT: 3001 })
})

test.each([
  ['INGEST_BUFFER_BYTES', '0'],
  ['PROCESSOR_SESSION_MS', '5999'],
  ['RATE_LIMIT_PER_MINUTE', '0'],
  ['MAX_SOCKETS_PER_ADDRESS', '0'],
  ['MAX_CHANNELS_PER_ADDRESS', '0'],
  ['WEB_PORT', '0'],
])('refuses %s=%s', (name, value) => {
  expect(() => readEverySetting({ [name]: value })).toThrow(`${name}=${value}: expected`)
})
