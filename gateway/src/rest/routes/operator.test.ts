import { expect, test } from 'vitest'
import { emoteSetList } from '@chat-battle/contracts/rest/routes/list-emote-sets'
import { errorBody } from '@chat-battle/contracts/rest/errors'
import { leaseList, maxListedLeases } from '@chat-battle/contracts/rest/routes/list-leases'
import { EmoteSets } from '../../emotes/emote-sets.ts'
import { emoteFixture, setFixture } from '../../emotes/emote-sets.fixture.ts'
import { noOperator, recordOf, startRest } from '../rest.fixture.ts'
import { endpoints } from './index.ts'

const token = 'a token of an operator'
const byWeb = { 'x-forwarded-for': '203.0.113.9' }
const authorized = { ...byWeb, authorization: `Bearer ${token}` }
const routes = endpoints.map(({ route }) => route).filter(({ path }) => path.startsWith('/operator/'))
const requests = routes.map(({ method, path }) => [method, path.replace(/\{\w+\}/, 'x')] as const)

test('finds the routes for operators', () => {
  expect(requests.length).toBeGreaterThan(4)
})

test.each(requests)('refuses %s %s through web without the token', async (method, path) => {
  const [open, secured] = [await startRest(), await startRest({ operatorToken: token })]
  for (const { send } of [open, secured]) {
    for (const headers of [byWeb, { ...byWeb, authorization: 'Bearer another token of one' }]) {
      const { status, text } = await send(method, path, headers)
      expect([status, errorBody.parse(JSON.parse(text)).error.kind]).toEqual([401, 'unauthorized'])
    }
  }
  expect((await secured.send(method, path, authorized)).status).not.toBe(401)
})

test('counts guesses of the token towards the limit of their address', async () => {
  const { send } = await startRest({ operatorToken: token, requestsPerMinute: 2 })
  const guess = async () => (await send('GET', '/operator/opt-outs', byWeb)).status
  expect([await guess(), await guess(), await guess()]).toEqual([401, 401, 429])
})

test('lists the emote sets of all channels and of joined ones, oldest first', async () => {
  const emoteSets = new EmoteSets()
  const given = [
    setFixture([emoteFixture({ id: 'duck' }), emoteFixture({ id: 'cat' })], { fetched_at: 3000 }),
    setFixture([], { channel_id: null, provider: 'bttv', fetched_at: 2000 }),
    setFixture([emoteFixture({ id: 'gone' })], { channel_id: '8', fetched_at: 1000 }),
  ]
  for (const record of given.flat()) emoteSets.apply(record, 1)
  const { send, statusView } = await startRest({ emoteSets, operatorToken: token })
  statusView.apply(recordOf({ channel_login: 'arena', channel_id: '7', state: 'joined' }))
  const before = Date.now()
  const { text } = await send('GET', '/operator/emote-sets', authorized)
  const { at, ...list } = emoteSetList.parse(JSON.parse(text))
  expect(at).toBeGreaterThanOrEqual(before)
  expect(list).toEqual({
    total: 2,
    sets: [
      { provider: 'bttv', channel_id: null, channel_login: null, emote_count: 0, fetched_at: 2000 },
      { provider: '7tv', channel_id: '7', channel_login: 'arena', emote_count: 2, fetched_at: 3000 },
    ],
  })
})

test('lists the channels with their leases, those that are not joined first', async () => {
  const ends = new Map([['a', 5000]])
  const leases = { view: () => ({ endOf: (login: string) => ends.get(login) ?? null }) }
  const operator = { ...noOperator, leases }
  const { send, statusView } = await startRest({ operator, operatorToken: token })
  const gaps = (to: number) => [{ from: to - 1, to, reason: 'ingest_down' }]
  for (const given of [
    { channel_login: 'a', state: 'joined' },
    { channel_login: 'b', state: 'joined', gaps: gaps(20) },
    { channel_login: 'c', state: 'joined', gaps: gaps(30) },
    { channel_login: 'd', state: 'banned' },
    { channel_login: 'e', state: 'parted' },
  ] as const)
    statusView.apply(recordOf({ ...given, gaps: 'gaps' in given ? given.gaps : [] }))
  const list = async (from: typeof send) =>
    leaseList.parse(JSON.parse((await from('GET', '/operator/channels', authorized)).text))
  const { channels, total, leases_read } = await list(send)
  expect([total, leases_read]).toEqual([4, true])
  expect(channels.map((each) => [each.channel_login, each.lease_until])).toEqual([
    ['d', null],
    ['c', null],
    ['b', null],
    ['a', 5000],
  ])
  const unread = await startRest({ operatorToken: token })
  for (let index = 0; index <= maxListedLeases; index++)
    unread.statusView.apply(recordOf({ channel_login: `c${index}`, state: 'joined' }))
  const cut = await list(unread.send)
  expect([cut.channels.length, cut.total, cut.leases_read]).toEqual([
    maxListedLeases,
    maxListedLeases + 1,
    false,
  ])
})
