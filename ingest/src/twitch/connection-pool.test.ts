import { expect, test } from 'vitest'
import { until } from '@chat-battle/testkit/testing'
import { twitchAccountLimits } from '@chat-battle/twitch-stub/accounts'
import { startTwitch } from '@chat-battle/twitch-stub/server'
import { createLogger } from '@chat-battle/runtime/process/logger'
import { loginToken, refreshedTokens } from './auth.ts'
import { ConnectionPool, type PoolOptions } from './connection-pool.ts'
import { RateLimiter, twitchLoginLimit } from './rate-limiter.ts'

const credentials = { clientId: 'the-client', clientSecret: 'the-secret', refreshToken: 'the-refresh-token' }
const limits = { ...twitchAccountLimits, joins: 1000 }

type Twitch = Awaited<ReturnType<typeof startTwitch>>

function start(twitch: Twitch, given: Partial<PoolOptions> = {}) {
  twitch.auth.refreshTokens.set(credentials.refreshToken, 'me')
  const states = new Map<string, string>()
  const lost: string[] = []
  const refusals: string[] = []
  const pool = new ConnectionPool({
    url: twitch.url,
    times: { pingAfterMs: 1000, pongWithinMs: 1000, joinWithinMs: 200, connectWithinMs: 5000 },
    joinLimiter: new RateLimiter({ times: 1000, perMs: 10_000 }),
    loginLimiter: new RateLimiter(twitchLoginLimit),
    clock: () => performance.now(),
    token: loginToken(refreshedTokens(twitch.authUrl, credentials)),
    maxChannels: 3,
    logger: createLogger('test', 'silent'),
    listeners: {
      onLine: () => undefined,
      onUnparsable: () => undefined,
      onJoined: (login) => states.set(login, 'joined'),
      onJoinFailed(login, why) {
        states.set(login, why)
        refusals.push(login)
      },
      onLost: (logins) => lost.push(...logins),
      onReconnect: () => undefined,
      onLoginFailed: () => undefined,
    },
    ...given,
  })
  const becomes = (login: string, state: string) =>
    until(() => states.get(login) === state, `${login} is ${state}`)
  return { pool, states, lost, refusals, becomes, [Symbol.dispose]: () => pool.stop() }
}

const names = (count: number, name = 'channel') => Array.from({ length: count }, (_, index) => name + index)
const joinedAt = (twitch: Twitch) =>
  twitch
    .connections()
    .flatMap(({ joined }) => [...joined])
    .sort()

test('refuses channels over the limit without a JOIN, and joins them in order as places become free', async () => {
  await using twitch = await startTwitch({ limits })
  using made = start(twitch)
  for (const login of ['a', 'b', 'c', 'd', 'e', 'f']) made.pool.join(login)
  expect([...made.states]).toEqual([
    ['d', 'limit_reached'],
    ['e', 'limit_reached'],
    ['f', 'limit_reached'],
  ])
  expect(made.pool.channelsOverLimit).toBe(3)
  await until(() => joinedAt(twitch).length === 3, 'joined')
  made.pool.part('e')
  made.pool.part('b')
  await made.becomes('d', 'joined')
  expect(joinedAt(twitch)).toEqual(['a', 'c', 'd'])
  expect(made.pool.channelsOverLimit).toBe(1)
  made.pool.join('f')
  made.pool.join('a')
  expect(made.states.get('a')).toBe('joined')
  expect(made.refusals).toEqual(['d', 'e', 'f', 'f'])
  made.pool.part('a')
  await made.becomes('f', 'joined')
  expect(twitch.joins.map(({ login }) => login)).toEqual(['a', 'b', 'c', 'd', 'f'])
})

test('frees the places of refused channels, also after a reconnect', async () => {
  await using twitch = await startTwitch({ limits })
  twitch.missing.add('nobody')
  twitch.banned.add('foe')
  using made = start(twitch)
  for (const login of ['nobody', 'foe', 'a', 'b', 'c']) made.pool.join(login)
  await made.becomes('nobody', 'not_found')
  for (const login of ['a', 'b', 'c']) await made.becomes(login, 'joined')
  twitch.connections()[0]?.drop()
  await until(() => made.lost.length === 3, 'lost')
  await until(() => joinedAt(twitch).length === 3, 'joined again')
  made.pool.join('nobody')
  expect(made.states.get('nobody')).toBe('limit_reached')
  expect(made.states.get('foe')).toBe('banned')
  // It held no place.
  const refusals = made.refusals.length
  made.pool.part('foe')
  expect(made.refusals).toHaveLength(refusals)
})

test('reports a limit that another client of the account has used up, and gives the place to no other channel', async () => {
  await using twitch = await startTwitch({ limits: { ...limits, channels: 3 } })
  using other = start(twitch)
  for (const login of ['x', 'y']) other.pool.join(login)
  for (const login of ['x', 'y']) await other.becomes(login, 'joined')
  using made = start(twitch)
  for (const login of ['a', 'b', 'c', 'd']) made.pool.join(login)
  await made.becomes('a', 'joined')
  for (const login of ['b', 'c']) await made.becomes(login, 'limit_reached')
  expect(made.states.get('d')).toBe('limit_reached')
  other.pool.part('x')
  made.pool.join('b')
  await made.becomes('b', 'joined')
  expect(twitch.joins.map(({ login }) => login)).toEqual(['x', 'y', 'a', 'b', 'c', 'b'])
  expect(made.pool.channelsOverLimit).toBe(2)
})

test('joins 100 channels per account over several connections, and more anonymously', async () => {
  await using twitch = await startTwitch({ limits })
  using made = start(twitch, { maxChannels: 100 })
  for (const login of names(120)) made.pool.join(login)
  await until(() => joinedAt(twitch).length === 100, 'joined')
  expect(twitch.connections()).toHaveLength(2)
  expect([...made.states.values()].filter((state) => state === 'limit_reached')).toHaveLength(20)
  using anonymous = start(twitch, { maxChannels: Infinity, token: loginToken(undefined) })
  for (const login of names(120, 'other')) anonymous.pool.join(login)
  await until(() => joinedAt(twitch).length === 220, 'joined as well')
})

test('reports the longest logged-out time of the needed connections', async () => {
  await using twitch = await startTwitch({ limits })
  let nowMs = 1000
  using made = start(twitch, { maxChannels: 200, clock: () => nowMs })
  for (const login of names(90)) made.pool.join(login)
  await until(() => made.pool.readyConnections === 1, 'logged in')
  expect(made.pool.loggedOutForMs).toBe(0)
  twitch.refuseConnections = true
  made.pool.join('one more')
  nowMs = 61_000
  expect(made.pool.loggedOutForMs).toBe(60_000)
  made.pool.part('one more')
  expect(made.pool.loggedOutForMs).toBe(0)
})

test('closes a connection without channels, and opens one for a channel that is wanted again', async () => {
  await using twitch = await startTwitch({ limits })
  using made = start(twitch)
  made.pool.join('a')
  await until(() => joinedAt(twitch).length === 1, 'joined')
  made.pool.part('a')
  await until(() => twitch.connections().length === 0, 'ended')
  made.pool.join('a')
  await until(() => joinedAt(twitch).length === 1, 'joined again')
})
