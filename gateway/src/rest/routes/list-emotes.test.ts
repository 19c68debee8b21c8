import { expect, test } from 'vitest'
import { emoteList, type EmoteList } from '@chat-battle/contracts/rest/routes/list-emotes'
import { botList } from '@chat-battle/contracts/rest/routes/list-bots'
import { EmoteUsageReader } from '../../archive/emote-usage.ts'
import { EmoteSets } from '../../emotes/emote-sets.ts'
import { emoteFixture, setFixture } from '../../emotes/emote-sets.fixture.ts'
import { SeenTwitchEmotes } from '../../emotes/seen-twitch-emotes.ts'
import { Places } from '../../limits/places.ts'
import { RequestRefused } from '../../refusal.ts'
import { statsFixture } from '../../stats.fixture.ts'
import { recordOf, startRest } from '../rest.fixture.ts'

const now = Date.now()
const archivedAt = now - (now % 600_000) - 1_200_000
const openAt = archivedAt + 1_200_000

async function start(archive: EmoteUsageReader = usageOf([])) {
  const emoteSets = new EmoteSets()
  const sets = [
    setFixture([emoteFixture({ id: 'duck' }), emoteFixture({ id: 'cat' })]),
    setFixture([emoteFixture({ id: 'all' })], { channel_id: null, provider: 'bttv' }),
    setFixture([], { provider: 'bttv', bot_logins: ['timerbot'] }),
  ]
  for (const record of sets.flat()) emoteSets.apply(record, 1)
  const twitchEmotes = new SeenTwitchEmotes()
  const bots = { logins: ['ourbot'], notLogins: ['human'] }
  const rest = await startRest({ emoteSets, twitchEmotes, emoteUsage: archive, bots })
  rest.statusView.apply(recordOf({ channel_login: 'arena', channel_id: '7', state: 'joined' }))
  const emotes = async (query = '') => {
    const { status, text } = await rest.send('GET', `/api/channels/arena/emotes${query}`)
    return { status, body: emoteList.parse(JSON.parse(text)) }
  }
  return { ...rest, emotes, twitchEmotes }
}

function usageOf(entries: unknown[], maxUnlisted = 0): EmoteUsageReader {
  const emotes = JSON.stringify({ entries, max_unlisted: maxUnlisted, max_low: 0 })
  const row = { window_start: new Date(archivedAt), emotes }
  const page = (_: string, [, from, to]: readonly unknown[]) =>
    Promise.resolve({
      rows: Number(from) <= archivedAt && archivedAt < Number(to) ? [row] : [],
      pageState: undefined,
    })
  return new EmoteUsageReader({ archive: { page }, places: new Places(1) })
}

const shown = ({ emotes }: EmoteList) =>
  emotes.map(({ provider, id, scope, count, last_used }) => [provider, id, scope, count, last_used])

test('lists the emotes of a channel with their use in the archive and in the window that is open', async () => {
  const { emotes, statsView } = await start(
    usageOf([
      ['duck', 'duck', 5, '7tv'],
      ['25', 'Kappa', 4, 'twitch'],
    ]),
  )
  const top_emotes = [{ id: '25', name: 'Kappa', count: 2, provider: 'twitch' as const }]
  // The archive has the first of these windows already.
  for (const window_start of [archivedAt, openAt])
    statsView.apply(statsFixture({ channel_id: '7', window_start, top_emotes }))
  const { body } = await emotes()
  expect(shown(body)).toEqual([
    ['7tv', 'duck', 'channel', 5, archivedAt],
    ['7tv', 'cat', 'channel', 0, null],
    ['bttv', 'all', 'global', 0, null],
    ['twitch', '25', 'seen', 6, openAt],
  ])
  expect(body).toMatchObject({ channel_id: '7', channel_login: 'arena', max_missed: 0, cut: false })
  expect(body.sets).toEqual([
    { provider: '7tv', scope: 'channel', emote_count: 2, fetched_at: 1000 },
    { provider: 'bttv', scope: 'channel', emote_count: 0, fetched_at: 1000 },
    { provider: 'bttv', scope: 'global', emote_count: 1, fetched_at: 1000 },
  ])
})

test('says by how much a count may be low', async () => {
  const { emotes } = await start(usageOf([], 3))
  expect((await emotes()).body.max_missed).toBe(3)
})

test('selects scopes', async () => {
  const { emotes, send } = await start()
  expect(shown((await emotes('?scope=global')).body)).toEqual([['bttv', 'all', 'global', 0, null]])
  expect((await emotes('?scope=')).body.emotes).toHaveLength(3)
  expect((await send('GET', '/api/channels/arena/emotes?scope=all')).status).toBe(400)
})

test('knows the ids of Twitch that it listed, so that their pictures can be requested', async () => {
  const { emotes, twitchEmotes } = await start(usageOf([['25', 'Kappa', 4, 'twitch']]))
  await emotes()
  expect(twitchEmotes.has('25')).toBe(true)
})

test('answers with an error for a channel whose id is unknown, and while the archive is away', async () => {
  const away = new EmoteUsageReader({
    archive: { page: () => Promise.reject(new RequestRefused('archive_unavailable', 'away')) },
    places: new Places(1),
  })
  const { send } = await start(away)
  expect(await send('GET', '/api/channels/nowhere/emotes')).toMatchObject({
    status: 404,
    text: expect.stringContaining('"channel_not_monitored"') as string,
  })
  expect(await send('GET', '/api/channels/arena/emotes')).toMatchObject({
    status: 503,
    text: expect.stringContaining('"archive_unavailable"') as string,
  })
})

test('lists bots with their sources, of every channel or of one', async () => {
  const { send } = await start()
  const list = async (query = '') => botList.parse(JSON.parse((await send('GET', `/api/bots${query}`)).text))
  const all = await list()
  expect(all).toMatchObject({ not_bots: ['human'], cut: false })
  expect(all.bots).toEqual(
    expect.arrayContaining([
      { login: 'ourbot', user_id: null, source: 'setting', channel_id: null, channel_login: null },
      { login: 'timerbot', user_id: null, source: 'bttv', channel_id: '7', channel_login: 'arena' },
    ]),
  )
  expect((await list('?channel=arena')).bots).toHaveLength(all.bots.length)
  expect((await list('?channel=8')).bots).toHaveLength(all.bots.length - 1)
  expect((await send('GET', '/api/bots?channel=a%2Fb')).status).toBe(400)
})
