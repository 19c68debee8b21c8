import { createServer, type RequestListener } from 'node:http'
import { expect, test } from 'vitest'
import { listen } from '@chat-battle/runtime/http/listen'
import { startTwitch, type TwitchServer } from '@chat-battle/twitch-stub/server'
import { applicationTokens } from '../twitch/auth.ts'
import { ApiFailed, TwitchApi } from './twitch-api.ts'

const application = { clientId: 'the-client', clientSecret: 'the-secret' }
const startedAt = Date.parse('2026-11-26T01:00:00Z')

function apiOf(twitch: TwitchServer, given: { apiUrl?: string; withinMs?: number } = {}): TwitchApi {
  twitch.auth.applications.set(application.clientId, application.clientSecret)
  const { clientId } = application
  const tokens = applicationTokens(twitch.authUrl, application)
  return new TwitchApi({ apiUrl: twitch.apiUrl, clientId, tokens, nowMs: Date.now, ...given })
}

const stream = (given = {}) => ({
  ...{ id: '40', login: 'arena', title: 'Test', category: 'Chess', viewers: 1234, startedAt },
  ...given,
})

/** An API whose answer to every request for streams is `body`. */
async function answering(body: unknown, headers = {}, status = 200) {
  const answer: RequestListener = (_, response) =>
    response.writeHead(status, headers).end(typeof body === 'string' ? body : JSON.stringify(body))
  const server = createServer(answer)
  const port = await listen(server, 0, '127.0.0.1')
  return {
    apiUrl: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

test('reads the streams of many channels with one request; those left out are offline', async () => {
  await using twitch = await startTwitch()
  twitch.helix.streams.set('1', stream())
  twitch.helix.streams.set('9', stream({ id: '41' }))
  const ids = Array.from({ length: 100 }, (_, id) => String(id))
  const streams = await apiOf(twitch).streams(ids)
  expect(streams.get('1')).toEqual({
    stream_id: '40',
    started_at: startedAt,
    title: 'Test',
    category: 'Chess',
    viewers: 1234,
  })
  expect(streams.get('9')?.stream_id).toBe('41')
  expect([...streams.values()].filter((each) => each === null)).toHaveLength(98)
  expect(twitch.helix.requests).toEqual([ids])
})

test('gets one new token when Twitch refuses the old one', async () => {
  await using twitch = await startTwitch()
  const api = apiOf(twitch)
  await api.streams(['1'])
  twitch.auth.applicationTokens.clear()
  expect(await api.streams(['1'])).toEqual(new Map([['1', null]]))
  expect(twitch.auth.requests).toHaveLength(2)
  expect(twitch.helix.requests).toHaveLength(3)
})

test('gives up when Twitch refuses a new token, too', async () => {
  await using twitch = await startTwitch()
  twitch.helix.mode = '401'
  const failed = apiOf(twitch).streams(['1'])
  await expect(failed).rejects.toThrow("Twitch's API answered 401 to a new token; check TWITCH_CLIENT_ID")
  expect(twitch.auth.requests).toHaveLength(2)
  expect(twitch.helix.requests).toHaveLength(2)
})

test('waits until the bucket of its rate limit is full again', async () => {
  await using twitch = await startTwitch()
  Object.assign(twitch.helix.bucket, { points: 0, resetAtMs: Date.now() + 30_000 })
  const error = await apiOf(twitch)
    .streams(['1'])
    .catch((error: unknown) => error)
  expect(error).toMatchObject({ message: "Twitch's API answered 429", reason: 'rate_limited' })
  const { retryAfterMs } = error as ApiFailed
  expect(retryAfterMs).toBeGreaterThan(20_000)
  expect(retryAfterMs).toBeLessThanOrEqual(31_000)
})

test.each([{}, { 'ratelimit-reset': 'soon' }, { 'ratelimit-reset': '1' }, { 'ratelimit-reset': '9e9' }])(
  'waits for a minute where the time of the reset is useless: %o',
  async (headers) => {
    await using twitch = await startTwitch()
    await using api = await answering('', headers, 429)
    await expect(apiOf(twitch, api).streams(['1'])).rejects.toMatchObject({ retryAfterMs: 60_000 })
  },
)

test.each([
  ['offline', 'not reached: UND_ERR_SOCKET'],
  ['hanging', 'not reached: TimeoutError'],
  ['stalling', 'not reached: TimeoutError'],
  ['huge', 'not reached: the answer has more than 2097152 bytes'],
  ['garbage', 'answered without streams'],
  ['500', 'answered 500'],
  ['redirect', 'answered 302'],
] as const)('fails with a reason when the API is %s', async (mode, reason) => {
  await using twitch = await startTwitch()
  twitch.helix.mode = mode
  const withinMs = mode === 'hanging' || mode === 'stalling' ? 100 : 10_000
  const error = await apiOf(twitch, { withinMs })
    .streams(['1'])
    .catch((error: unknown) => error)
  expect(error).toBeInstanceOf(ApiFailed)
  expect((error as ApiFailed).message).toContain(reason)
})

test('puts no secret and no token into an error', async () => {
  await using twitch = await startTwitch()
  const api = apiOf(twitch)
  const errors: unknown[] = []
  for (const mode of ['offline', '500', '401', 'garbage'] as const) {
    twitch.helix.mode = mode
    await api.streams(['1']).catch((error: unknown) => errors.push(error))
  }
  twitch.auth.failsWith = { status: 400, body: Object.values(application) }
  await api.streams(['1']).catch((error: unknown) => errors.push(error))
  const texts = errors.map((error) => `${(error as Error).stack} ${JSON.stringify(error)}`).join()
  expect(errors).toHaveLength(5)
  expect(errors.map((error) => (error as Error).cause)).toEqual(Array(5).fill(undefined))
  for (const secret of [application.clientSecret, ...twitch.auth.applicationTokens])
    expect(texts).not.toContain(secret)
})

const entry = (given = {}) => ({
  id: '40',
  user_id: '1',
  type: 'live',
  title: 'Test',
  game_name: 'Chess',
  viewer_count: 5,
  started_at: '2026-11-26T01:00:00Z',
  ...given,
})

test.each([
  ['a count that is no number', entry({ viewer_count: '5' })],
  ['a negative count', entry({ viewer_count: -1 })],
  ['a broken count', entry({ viewer_count: 0.5 })],
  ['no time', entry({ started_at: 'yesterday' })],
  ['the type of a failed look-up', entry({ type: '' })],
  ['an id beyond the bound', entry({ id: 'x'.repeat(129) })],
])('knows nothing of a channel whose entry has %s', async (_, broken) => {
  await using twitch = await startTwitch()
  await using api = await answering({ data: [broken, entry({ user_id: '2' })] })
  const streams = await apiOf(twitch, api).streams(['1', '2', '3'])
  expect([...streams.keys()].sort()).toEqual(['2', '3'])
  expect(streams.get('3')).toBeNull()
})

test('takes no channel for offline beside an entry without an owner', async () => {
  await using twitch = await startTwitch()
  await using api = await answering({ data: [entry({ user_id: undefined }), entry({ user_id: '2' })] })
  expect([...(await apiOf(twitch, api).streams(['1', '2'])).keys()]).toEqual(['2'])
})

test('drops channels that it did not request, and clips long texts', async () => {
  await using twitch = await startTwitch()
  const long = entry({ title: `${'x'.repeat(299)}🎉`, game_name: 'y'.repeat(300) })
  await using api = await answering({ data: [long, entry({ user_id: '7' })] })
  const streams = await apiOf(twitch, api).streams(['1'])
  expect([...streams.keys()]).toEqual(['1'])
  expect(streams.get('1')).toMatchObject({ title: 'x'.repeat(299), category: 'y'.repeat(256) })
})
