import { expect, test } from 'vitest'
import { readConfig } from './config.ts'

const application = { TWITCH_CLIENT_ID: 'id', TWITCH_CLIENT_SECRET: 'secret' }

test('reads chat anonymously and no viewers without credentials', () => {
  expect(readConfig({})).toMatchObject({ application: undefined, credentials: undefined })
})

test('reads viewers with an application, and chat still anonymously', () => {
  expect(readConfig(application)).toMatchObject({
    application: { clientId: 'id', clientSecret: 'secret' },
    credentials: undefined,
  })
})

test('logs in with an application and a refresh token', () => {
  expect(readConfig({ ...application, TWITCH_REFRESH_TOKEN: 'refresh' })).toMatchObject({
    application: { clientId: 'id', clientSecret: 'secret' },
    credentials: { clientId: 'id', clientSecret: 'secret', refreshToken: 'refresh' },
  })
})

test.each([
  [{ TWITCH_CLIENT_ID: 'id' }, 'TWITCH_CLIENT_SECRET missing'],
  [{ TWITCH_CLIENT_SECRET: 'secret' }, 'TWITCH_CLIENT_ID missing'],
  [{ TWITCH_REFRESH_TOKEN: 'refresh' }, 'TWITCH_CLIENT_ID and TWITCH_CLIENT_SECRET missing'],
])('refuses %o', (given, problem) => {
  expect(() => readConfig(given)).toThrow(problem)
})
