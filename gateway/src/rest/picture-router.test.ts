import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { createRegistry } from '@chat-battle/runtime/process/metrics'
import { createLogger } from '@chat-battle/runtime/process/logger'
import { startTwitch } from '@chat-battle/twitch-stub/server'
import { readConfig } from '../config.ts'
import { EmoteSets } from '../emotes/emote-sets.ts'
import { emoteFixture, setFixture } from '../emotes/emote-sets.fixture.ts'
import { SeenTwitchEmotes } from '../emotes/seen-twitch-emotes.ts'
import { startPictures } from '../pictures/start-pictures.ts'
import type { AppOptions } from './app.ts'
import { startRest } from './rest.fixture.ts'

/** The gateway's REST with pictures from the stand-in, on a folder of its own. */
async function start(given: Partial<AppOptions> = {}) {
  const owned = new AsyncDisposableStack()
  onTestFinished(() => owned.disposeAsync())
  const folder = await mkdtemp(join(tmpdir(), 'pictures-'))
  owned.defer(() => rm(folder, { recursive: true, force: true }))
  const twitch = owned.use(await startTwitch())
  const registry = createRegistry()
  const openPictures = () => {
    const config = readConfig({ ...twitch.emoteSettings, EMOTE_CACHE_DIR: folder })
    return startPictures(owned, config, createLogger('test', 'silent'), createRegistry())
  }
  const emoteSets = new EmoteSets()
  const emotes = [emoteFixture({ id: '01HDUCK', is_animated: true }), emoteFixture({ id: '01HCAT' })]
  for (const record of setFixture(emotes)) emoteSets.apply(record, 1)
  const twitchEmotes = new SeenTwitchEmotes()
  const rest = (more: Partial<AppOptions> = {}) =>
    startRest({ emoteSets, twitchEmotes, pictures: openPictures(), registry, ...given, ...more })
  return { ...(await rest()), rest, twitch, emoteSets, twitchEmotes }
}

const duck = '/emotes/7tv/01HDUCK/1x'

test('serves the picture of an emote as nothing but a picture, and lets browsers keep it', async () => {
  const { send, origin } = await start()
  const { status, headers } = await send('GET', duck)
  expect(status).toBe(200)
  expect(headers).toMatchObject({
    'content-type': 'image/webp',
    'cache-control': 'public, max-age=86400, stale-while-revalidate=604800, stale-if-error=604800',
    'x-content-type-options': 'nosniff',
    'content-security-policy': "default-src 'none'; sandbox",
    'cross-origin-resource-policy': 'cross-origin',
  })
  const body = Buffer.from(await (await fetch(origin + duck)).arrayBuffer())
  expect(body.toString('latin1', 8, 12)).toBe('WEBP')
  expect(headers['content-length']).toBe(String(body.length))
})

test('answers 304 to a browser that has the picture', async () => {
  const { send } = await start()
  const { headers } = await send('GET', duck)
  const again = await send('GET', duck, { 'if-none-match': `"other", W/${headers.etag}` })
  expect(again).toMatchObject({ status: 304, text: '' })
  expect(again.headers.etag).toBe(headers.etag)
})

test('sends the head of a picture without its bytes', async () => {
  const { send } = await start()
  expect(await send('HEAD', duck)).toMatchObject({
    status: 200,
    text: '',
    headers: { 'content-type': 'image/webp' },
  })
})

test('serves a picture that does not move to those who want none that does', async () => {
  const { send, twitch } = await start()
  await send('GET', `${duck}?static=1`)
  expect(twitch.emotes.requests).toEqual([{ door: '7tv-cdn', path: '/emote/01HDUCK/1x_static.webp' }])
})

test.each(['/emotes/7tv/unknown/1x', '/emotes/bttv/01HDUCK/1x', '/emotes/twitch/25/1x', '/emotes/ffz/25/1x'])(
  'requests nothing from outside for an emote that nothing known has: %s',
  async (path) => {
    const { send, twitch } = await start()
    const { status, text, headers } = await send('GET', path)
    expect([status, text]).toEqual([404, expect.stringContaining('"picture_not_found"')])
    expect(headers['cache-control']).toBe('no-store')
    expect(twitch.emotes.requests).toEqual([])
  },
)

test.each([
  '/emotes/elsewhere/1/1x',
  '/emotes/7tv/01HDUCK/5x',
  '/emotes/7tv/..%2f..%2fetc%2fpasswd/1x',
  '/emotes/7tv/http:%2f%2felsewhere/1x',
  '/emotes/7tv/01HDUCK%00/1x',
  `/emotes/7tv/${'a'.repeat(65)}/1x`,
  `${duck}?static=yes`,
  `${duck}?static=1&static=0`,
])('refuses %s', async (path) => {
  const { send, twitch } = await start()
  const { status, text } = await send('GET', path)
  expect([status, text]).toEqual([400, expect.stringContaining('"malformed_request"')])
  expect(twitch.emotes.requests).toEqual([])
})

test('serves a picture of Twitch once a record had its id, and after a restart from the disk', async () => {
  const { send, rest, twitch, twitchEmotes } = await start()
  const path = '/emotes/twitch/25/2x'
  expect((await send('GET', path)).status).toBe(404)
  twitchEmotes.see([{ id: '25' }])
  expect((await send('GET', path)).headers['content-type']).toBe('image/png')
  twitch.emotes.setMode('twitch-cdn', 'offline')
  const restarted = await rest({ twitchEmotes: new SeenTwitchEmotes() })
  expect((await restarted.send('GET', path)).status).toBe(200)
  expect((await restarted.send('GET', '/emotes/twitch/25/1x')).status).toBe(404)
})

test('serves what it has while a provider is away, and says that it has no other picture', async () => {
  const { send, rest, twitch } = await start()
  await send('GET', duck)
  twitch.emotes.setMode('7tv-cdn', 'offline')
  const restarted = await rest()
  expect((await restarted.send('GET', duck)).status).toBe(200)
  const { status, text } = await restarted.send('GET', '/emotes/7tv/01HCAT/1x')
  expect([status, text]).toEqual([503, expect.stringContaining('"picture_unavailable"')])
})

test('answers not_ready until the topics are read, and 405 to a request that would change something', async () => {
  const { send } = await start({ isReady: () => false })
  expect((await send('GET', duck)).text).toContain('"not_ready"')
  expect((await send('POST', duck)).status).toBe(405)
})

test('limits the pictures of an address to ten times its requests', async () => {
  const { send } = await start({ requestsPerMinute: 1 })
  const statuses: (number | undefined)[] = []
  for (let index = 0; index < 11; index++) statuses.push((await send('GET', duck)).status)
  expect(statuses).toEqual([...Array.from({ length: 10 }, () => 200), 429])
  expect((await send('GET', '/api/health')).status).not.toBe(429)
})
