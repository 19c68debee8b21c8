import { expect, test, vi } from 'vitest'
import { startTwitch } from '@chat-battle/twitch-stub/server'
import type { PictureSource } from '../emotes/picture-source.ts'
import { leastPauseMs, maxInFlight, maxWaiting, outageAfter, PictureFetcher } from './picture-fetcher.ts'

const source = (id = '9001'): PictureSource => ({ provider: 'ffz', path: `/emote/${id}/1` })

async function start({ withinMs }: { withinMs?: number } = {}) {
  const twitch = await startTwitch()
  const { FFZ_CDN_URL: ffz = '', BTTV_CDN_URL: bttv = '' } = twitch.emoteSettings
  const clock = { nowMs: 0 }
  const ended = new AbortController()
  const fetcher = new PictureFetcher({
    cdnUrls: { ffz, bttv, '7tv': '', twitch: '' },
    signal: ended.signal,
    now: () => clock.nowMs,
    ...(withinMs !== undefined && { withinMs }),
  })
  const { emotes } = twitch
  return {
    fetcher,
    emotes,
    clock,
    ended,
    async [Symbol.asyncDispose]() {
      ended.abort()
      await twitch[Symbol.asyncDispose]()
    },
  }
}

test('fetches a picture below the address of its provider', async () => {
  await using on = await start()
  const fetched = await on.fetcher.fetch(source())
  expect(fetched).toMatchObject({ result: 'picture' })
  expect(on.emotes.requests).toEqual([{ door: 'ffz-cdn', path: '/emote/9001/1' }])
})

test.each([
  ['404', { result: 'missing' }],
  ['huge', { result: 'missing' }],
  ['401', { result: 'failed', reason: 'status 401' }],
  ['500', { result: 'failed', reason: 'status 500' }],
  ['redirect', { result: 'failed', reason: 'status 302' }],
  ['svg', { result: 'failed', reason: 'no picture' }],
  ['garbage', { result: 'failed', reason: 'no picture' }],
  ['offline', { result: 'failed' }],
] as const)('takes no picture from a provider that is %s', async (mode, expected) => {
  await using on = await start()
  on.emotes.setMode('ffz-cdn', mode)
  expect(await on.fetcher.fetch(source())).toMatchObject(expected)
  expect(on.emotes.requests).toHaveLength(1)
})

test.each(['hanging', 'stalling'] as const)('gives up on a provider that is %s', async (mode) => {
  await using on = await start({ withinMs: 50 })
  on.emotes.setMode('ffz-cdn', mode)
  expect(await on.fetcher.fetch(source())).toMatchObject({ result: 'failed' })
})

test('requests nothing of a provider that is turned off', async () => {
  await using on = await start()
  const fetched = await on.fetcher.fetch({ provider: '7tv', path: '/emote/1/1x.webp' })
  expect(fetched).toEqual({ result: 'failed', reason: 'provider turned off' })
})

test('has a bound of requests under way and of requests that wait', async () => {
  await using on = await start()
  on.emotes.setMode('ffz-cdn', 'hanging')
  const fetching = Array.from({ length: maxInFlight + maxWaiting }, (_, id) =>
    on.fetcher.fetch(source(`${id}`)),
  )
  await vi.waitFor(() => expect(on.emotes.requests).toHaveLength(maxInFlight))
  expect(await on.fetcher.fetch(source())).toEqual({ result: 'failed', reason: 'too many requests wait' })
  // Another provider has places of its own.
  const other = await on.fetcher.fetch({ provider: 'bttv', path: '/emote/a1/1x.webp' })
  expect(other).toMatchObject({ result: 'picture' })
  on.ended.abort()
  const results = await Promise.all(fetching)
  expect(results.every(({ result }) => result === 'failed')).toBe(true)
  expect(on.emotes.requests.filter(({ door }) => door === 'ffz-cdn')).toHaveLength(maxInFlight)
})

test('lets the requests that wait go on one by one', async () => {
  await using on = await start()
  const fetched = await Promise.all(
    Array.from({ length: 3 * maxInFlight }, (_, id) => on.fetcher.fetch(source(`${id}`))),
  )
  expect(fetched.every(({ result }) => result === 'picture')).toBe(true)
})

test('leaves a provider alone for a while after failures in a row, twice as long each time', async () => {
  await using on = await start()
  on.emotes.setMode('ffz-cdn', '500')
  const requestsAfter = async () => {
    await on.fetcher.fetch(source())
    return on.emotes.requests.length
  }
  for (let failure = 1; failure <= outageAfter; failure++) expect(await requestsAfter()).toBe(failure)
  expect(await requestsAfter()).toBe(outageAfter)
  on.clock.nowMs = leastPauseMs
  expect(await requestsAfter()).toBe(outageAfter + 1)
  on.clock.nowMs += leastPauseMs
  expect(await requestsAfter()).toBe(outageAfter + 1)
  on.clock.nowMs += leastPauseMs
  on.emotes.setMode('ffz-cdn', 'ok')
  expect(await on.fetcher.fetch(source())).toMatchObject({ result: 'picture' })
  on.emotes.setMode('ffz-cdn', '500')
  expect(await requestsAfter()).toBe(outageAfter + 3)
  expect(await requestsAfter()).toBe(outageAfter + 4)
})

test('waits as long as a provider that refuses with 429 demands', async () => {
  await using on = await start()
  on.emotes.setMode('ffz-cdn', '429')
  await on.fetcher.fetch(source())
  on.emotes.setMode('ffz-cdn', 'ok')
  on.clock.nowMs = 999
  expect(await on.fetcher.fetch(source())).toEqual({ result: 'failed', reason: 'provider away' })
  on.clock.nowMs = 1000
  expect(await on.fetcher.fetch(source())).toMatchObject({ result: 'picture' })
})

test('takes pictures that are missing or wrong for no outage', async () => {
  await using on = await start()
  for (const mode of ['404', '401', 'svg', 'huge', 'redirect'] as const) {
    on.emotes.setMode('ffz-cdn', mode)
    for (let index = 0; index < outageAfter; index++) await on.fetcher.fetch(source())
  }
  on.emotes.setMode('ffz-cdn', 'ok')
  expect(await on.fetcher.fetch(source())).toMatchObject({ result: 'picture' })
})
