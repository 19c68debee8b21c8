import { describe, expect, test } from 'vitest'
import { controlDoor } from '../control.ts'
import { startTwitch, type TwitchServer } from '../server.ts'
import { emoteId, simulatedSets, type StandInEmote } from './emote-sets.ts'

const duck: StandInEmote = { id: '01HDUCK', name: 'WaveDuck', isAnimated: true }
const snow: StandInEmote = { id: '01HSNOW', name: 'Snowfall', isZeroWidth: true }

async function start() {
  const twitch = await startTwitch()
  const base = twitch.emoteSettings
  const read = async (setting: string, path: string): Promise<unknown> =>
    (await fetch(`${base[setting]}${path}`)).json()
  const head = async (setting: string, path: string) => {
    const response = await fetch(`${base[setting]}${path}`)
    const body = Buffer.from(await response.arrayBuffer())
    return { status: response.status, type: response.headers.get('content-type'), body }
  }
  return { twitch, read, head, [Symbol.asyncDispose]: () => twitch[Symbol.asyncDispose]() }
}

test('gives an account of 7TV without its set, which has an id of its own', async () => {
  await using on = await start()
  on.twitch.emotes.sets['7tv'].set('7', [duck, snow])
  const account = (await on.read('SEVENTV_API_URL', '/users/twitch/7')) as { emote_set_id: string }
  expect(account).toMatchObject({ id: '7', emote_set: null })
  const set = await on.read('SEVENTV_API_URL', `/emote-sets/${account.emote_set_id}`)
  expect(set).toMatchObject({
    id: account.emote_set_id,
    emotes: [
      { id: '01HDUCK', name: 'WaveDuck', flags: 0, data: { animated: true } },
      { name: 'Snowfall', flags: 1, data: { flags: 256 } },
    ],
  })
  on.twitch.emotes.sevenTvShape = 'old'
  expect(await on.read('SEVENTV_API_URL', '/users/twitch/7')).toMatchObject({ emote_set: set })
})

test('leaves the emotes of an empty set of 7TV out', async () => {
  await using on = await start()
  on.twitch.emotes.sets['7tv'].set('global', [])
  expect(await on.read('SEVENTV_API_URL', '/emote-sets/global')).not.toHaveProperty('emotes')
})

test('divides the emotes of BetterTTV in own and shared ones, and names bots', async () => {
  await using on = await start()
  on.twitch.emotes.sets.bttv.set('7', [
    { id: 'a1', name: 'adaHi' },
    { id: 'a2', name: 'duckJam' },
  ])
  on.twitch.emotes.bttvBots.set('7', ['timerbot'])
  expect(await on.read('BTTV_API_URL', '/cached/users/twitch/7')).toMatchObject({
    bots: ['timerbot'],
    channelEmotes: [{ id: 'a1', code: 'adaHi' }],
    sharedEmotes: [{ id: 'a2', code: 'duckJam', user: { name: 'bo' } }],
  })
})

test('has a set of FrankerFaceZ that is not for all', async () => {
  await using on = await start()
  on.twitch.emotes.sets.ffz.set('global', [{ id: '9001', name: 'DuckFFZ' }])
  on.twitch.emotes.sets.ffz.set('7', [{ id: '9002', name: 'AdaFFZ', isAnimated: true }])
  on.twitch.emotes.ffzBotIds.set('7', [100000009])
  expect(await on.read('FFZ_API_URL', '/set/global')).toMatchObject({
    default_sets: [3],
    sets: {
      3: { emoticons: [{ id: 9001, name: 'DuckFFZ' }] },
      4330: { emoticons: [{ name: 'OnlySomeFfz' }] },
    },
  })
  expect(await on.read('FFZ_API_URL', '/room/id/7')).toMatchObject({
    room: { set: 77, user_badge_ids: { 2: [100000009] } },
    sets: {
      77: { emoticons: [{ id: 9002, animated: { 1: '//cdn.frankerfacez.com/emote/9002/animated/1.webp' } }] },
    },
  })
})

test.each([
  ['SEVENTV_API_URL', '/users/twitch/8'],
  ['BTTV_API_URL', '/cached/users/twitch/8'],
  ['FFZ_API_URL', '/room/id/8'],
])('%s answers 404 for a channel without an account', async (setting, path) => {
  await using on = await start()
  expect((await on.head(setting, path)).status).toBe(404)
})

test.each([
  ['SEVENTV_CDN_URL', '/emote/01HDUCK/1x.webp', 'image/webp', 'RIFF'],
  ['SEVENTV_CDN_URL', '/emote/01HDUCK/4x_static.webp', 'image/webp', 'RIFF'],
  ['BTTV_CDN_URL', '/emote/5f00a1/2x.webp', 'image/webp', 'RIFF'],
  ['BTTV_CDN_URL', '/emote/5f00a1/static/1x.webp', 'image/webp', 'RIFF'],
  ['FFZ_CDN_URL', '/emote/9001/1', 'image/png', '\x89PNG'],
  ['FFZ_CDN_URL', '/emote/9001/animated/4.webp', 'image/webp', 'RIFF'],
  ['TWITCH_EMOTE_CDN_URL', '/emoticons/v2/25/static/dark/1.0', 'image/png', '\x89PNG'],
  ['TWITCH_EMOTE_CDN_URL', '/emoticons/v2/25/animated/light/3.0', 'image/gif', 'GIF89a'],
])('%s has the picture %s', async (setting, path, type, start_) => {
  await using on = await start()
  const { status, type: given, body } = await on.head(setting, path)
  expect([status, given]).toEqual([200, type])
  expect(body.subarray(0, start_.length).toString('latin1')).toBe(start_)
})

test('has the same picture for an id again, and another one for another id', async () => {
  await using on = await start()
  const body = async (id: string) => (await on.head('FFZ_CDN_URL', `/emote/${id}/1`)).body
  expect(await body('1')).toEqual(await body('1'))
  expect(await body('1')).not.toEqual(await body('2'))
})

describe('on command', () => {
  const path = '/set/global'

  async function startFailing(mode: string) {
    const on = await start()
    on.twitch.emotes.sets.ffz.set('global', [{ id: '9001', name: 'DuckFFZ' }])
    on.twitch.emotes.setMode('ffz-api', mode as 'ok')
    return on
  }

  test.each(['401', '404', '429', '500'])('refuses with %s', async (mode) => {
    await using on = await startFailing(mode)
    const response = await fetch(`${on.twitch.emoteSettings.FFZ_API_URL}${path}`)
    expect(response.status).toBe(Number(mode))
    expect(response.headers.get('retry-after')).toBe(mode === '429' ? '1' : null)
  })

  test.each(['offline', 'stalling', 'hanging', 'garbage'])('is %s', async (mode) => {
    await using on = await startFailing(mode)
    const signal = mode === 'hanging' || mode === 'stalling' ? { signal: AbortSignal.timeout(50) } : {}
    const answered = async () => (await fetch(`${on.twitch.emoteSettings.FFZ_API_URL}${path}`, signal)).json()
    await expect(answered()).rejects.toThrow()
  })

  test('sends more than anybody reads', async () => {
    await using on = await startFailing('huge')
    const { body } = await fetch(`${on.twitch.emoteSettings.FFZ_API_URL}${path}`)
    let bytes = 0
    for await (const chunk of body ?? []) if ((bytes += chunk.length) > 6_000_000) break
    expect(bytes).toBeGreaterThan(6_000_000)
  })

  test('sends a redirect, and a picture that is a document', async () => {
    await using on = await start()
    on.twitch.emotes.setMode('ffz-cdn', 'redirect')
    const url = `${on.twitch.emoteSettings.FFZ_CDN_URL}/emote/1/1`
    expect((await fetch(url, { redirect: 'manual' })).status).toBe(302)
    on.twitch.emotes.setMode('ffz-cdn', 'svg')
    expect((await fetch(url)).headers.get('content-type')).toBe('image/svg+xml')
  })
})

test('has emotes of every provider for the first simulated channel, ids of their shapes', () => {
  const sets = simulatedSets((login) => login)
  for (const provider of ['7tv', 'bttv', 'ffz'] as const) {
    expect(sets[provider].get('pixelparade')?.map(({ name }) => name)).toContain('LULW')
    expect(sets[provider].get('global')?.length).toBeGreaterThan(5)
  }
  expect(emoteId('7tv', 'x')).toMatch(/^01[0-9A-HJKMNP-TV-Z]{24}$/)
  expect(emoteId('bttv', 'x')).toMatch(/^[0-9a-f]{24}$/)
  expect(emoteId('ffz', 'x')).toMatch(/^[0-9]{6}$/)
})

test('is controlled by requests, for a stand-in that is a process of its own', async () => {
  await using twitch: TwitchServer = await startTwitch({ onRequest: controlDoor(() => twitch) })
  const { origin } = new URL(twitch.authUrl)
  const control = async (command: object) =>
    (await fetch(`${origin}/control`, { method: 'POST', body: JSON.stringify(command) })).status
  const set = { do: 'emoteSet', provider: 'bttv', channel: 'global', emotes: [{ id: 'a1', name: 'adaHi' }] }
  expect(await control(set)).toBe(200)
  const url = `${twitch.emoteSettings.BTTV_API_URL}/cached/emotes/global`
  expect(await (await fetch(url)).json()).toMatchObject([{ id: 'a1', code: 'adaHi' }])
  expect(await control({ do: 'emoteMode', door: 'bttv-api', mode: '500' })).toBe(200)
  expect((await fetch(url)).status).toBe(500)
  expect(await control({ do: 'emoteMode', door: 'elsewhere', mode: '500' })).toBe(400)
})
