import { createServer, type IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { startTwitch } from '@chat-battle/twitch-stub/server'
import { listen } from '@chat-battle/runtime/http/listen'
import { applicationTokens, loginToken, refreshedTokens, type TokenSource } from './auth.ts'

const credentials = { clientId: 'the-client', clientSecret: 'the-secret', refreshToken: 'the-refresh-token' }

function setup(twitch: Awaited<ReturnType<typeof startTwitch>>, clock?: () => number) {
  twitch.auth.refreshTokens.set(credentials.refreshToken, 'me')
  return refreshedTokens(twitch.authUrl, credentials, clock && { clock })
}

test('keeps a token until shortly before it expires', async () => {
  await using twitch = await startTwitch()
  let nowMs = 0
  const tokens = setup(twitch, () => nowMs)
  const first = await tokens.token(undefined)
  expect(twitch.tokens.get(first)).toBe('me')
  nowMs = 14_339_999
  expect(await tokens.token(undefined)).toBe(first)
  nowMs = 14_340_000
  expect(await tokens.token(undefined)).not.toBe(first)
  expect(twitch.auth.requests).toHaveLength(2)
})

test('gets tokens of the application itself with nothing of an account', async () => {
  await using twitch = await startTwitch()
  twitch.auth.applications.set(credentials.clientId, credentials.clientSecret)
  let nowMs = 0
  const tokens = applicationTokens(twitch.authUrl, credentials, { clock: () => nowMs })
  const first = await tokens.token(undefined)
  expect([...twitch.auth.applicationTokens]).toEqual([first])
  expect(twitch.tokens.size).toBe(0)
  nowMs = 5_011_210_999
  expect(await tokens.token(undefined)).toBe(first)
  nowMs++
  expect(await tokens.token(undefined)).not.toBe(first)
  expect(twitch.auth.requests.map((request) => Object.fromEntries(request))).toEqual(
    Array(2).fill({
      grant_type: 'client_credentials',
      client_id: 'the-client',
      client_secret: 'the-secret',
    }),
  )
})

test.each([
  { application: { clientId: 'other', clientSecret: 'the-secret' }, hint: '400; check TWITCH_CLIENT_ID' },
  { application: { clientId: 'the-client', clientSecret: 'x' }, hint: '403; check TWITCH_CLIENT_SECRET' },
])('says which setting of an application Twitch refuses ($hint)', async ({ application, hint }) => {
  await using twitch = await startTwitch()
  twitch.auth.applications.set(credentials.clientId, credentials.clientSecret)
  const tokens = applicationTokens(twitch.authUrl, application)
  await expect(tokens.token(undefined)).rejects.toThrow(new RegExp(`${hint}$`))
})

test('gives one new token to connections whose token was refused together', async () => {
  await using twitch = await startTwitch()
  const tokens = setup(twitch)
  const first = await tokens.token(undefined)
  const [second, third] = await Promise.all([tokens.token(first), tokens.token(first)])
  expect(second).not.toBe(first)
  expect(third).toBe(second)
  expect(await tokens.token(first)).toBe(second)
  expect(twitch.auth.requests).toHaveLength(2)
})

test.each([
  { status: 503, body: 'away' },
  { status: 400, body: { status: 400, message: 'Invalid refresh token' } },
  { status: 200, body: 'no token' },
])('requests again at the next call after a failed refresh ($status)', async (failure) => {
  await using twitch = await startTwitch()
  const tokens = setup(twitch)
  const first = await tokens.token(undefined)
  twitch.auth.failsWith = failure
  await expect(tokens.token(first)).rejects.toThrow('token endpoint')
  await expect(tokens.token(first)).rejects.toThrow('token endpoint')
  twitch.auth.failsWith = undefined
  expect(await tokens.token(first)).not.toBe(first)
  expect(twitch.auth.requests).toHaveLength(4)
})

test('uses a replaced refresh token, and the configured one when that is refused', async () => {
  await using twitch = await startTwitch()
  const tokens = setup(twitch)
  const refreshTokens = () => twitch.auth.requests.map((request) => request.get('refresh_token'))
  twitch.auth.failsWith = { status: 200, body: { access_token: 'a', refresh_token: 'replaced' } }
  await tokens.token(undefined)
  twitch.auth.failsWith = { status: 503, body: 'away' }
  await expect(tokens.token('a')).rejects.toThrow('503')
  twitch.auth.failsWith = undefined
  await expect(tokens.token('a')).rejects.toThrow('400; check TWITCH_REFRESH_TOKEN')
  await tokens.token('a')
  expect(refreshTokens()).toEqual(['the-refresh-token', 'replaced', 'replaced', 'the-refresh-token'])
})

test('puts nothing of the request into an error, also when the endpoint echoes it', async () => {
  let answer = { status: 500, headers: {} }
  const requests: string[] = []
  const echo = async (request: IncomingMessage) => `${request.url} ${await text(request)}`
  const server = createServer((request, response) => {
    void echo(request).then((echoed) => {
      requests.push(request.url ?? '')
      response.writeHead(answer.status, echoed.replaceAll(/[^\w =&-]/g, ''), answer.headers).end(echoed)
    })
  })
  const port = await listen(server, 0, '127.0.0.1')
  const url = `http://127.0.0.1:${port}`
  const errors: unknown[] = []
  const fail = (given: TokenSource) => given.token(undefined).catch((error) => errors.push(error))
  for (const status of [400, 401, 403, 500, 200]) {
    answer = { status, headers: {} }
    await fail(refreshedTokens(url, credentials))
    await fail(applicationTokens(url, credentials))
  }
  answer = { status: 307, headers: { location: `${url}/elsewhere` } }
  await fail(refreshedTokens(url, credentials))
  await new Promise((resolve) => server.close(resolve))
  await fail(refreshedTokens(url, credentials))
  const dump = (error: unknown) => (error instanceof Error ? `${error.stack} ${JSON.stringify(error)}` : '')
  expect(errors).toHaveLength(12)
  expect(errors.map((error) => (error as Error).cause)).toEqual(errors.map(() => undefined))
  const all = errors.map(dump).join()
  for (const secret of [credentials.clientSecret, credentials.refreshToken]) {
    expect(all).not.toContain(secret)
    expect(requests.join()).not.toContain(secret)
  }
  expect(requests).not.toContain('/elsewhere')
  expect(all).toContain('not reached: ')
})

test('gives up an endpoint that never answers', async () => {
  const server = createServer(() => undefined)
  const port = await listen(server, 0, '127.0.0.1')
  const tokens = refreshedTokens(`http://127.0.0.1:${port}`, credentials, { withinMs: 50 })
  await expect(tokens.token(undefined)).rejects.toThrow('not reached: TimeoutError')
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
})

test('logs in anonymously without credentials', async () => {
  expect(await loginToken(undefined)('any')).toBeUndefined()
})
