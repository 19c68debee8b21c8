import { expect, test } from 'vitest'
import { until } from '@chat-battle/testkit/testing'
import { startTwitch, type TwitchServer } from '@chat-battle/twitch-stub/server'
import { createLogger } from '@chat-battle/runtime/process/logger'
import { loginToken, RefreshedTokens } from './auth.ts'
import type { ConnectionOptions } from './connection-options.ts'
import { Connection } from './connection.ts'
import { RateLimiter, twitchLoginLimit } from './rate-limiter.ts'

const credentials = { clientId: 'the-client', clientSecret: 'the-secret', refreshToken: 'the-refresh-token' }
const quick = { pingAfterMs: 100, pongWithinMs: 100, joinWithinMs: 5000, connectWithinMs: 5000 }

/** A connection, what it reports, in order, and what it logs. Its account may come in. */
function connect(twitch: TwitchServer, given: Partial<ConnectionOptions> = {}) {
  twitch.auth.refreshTokens.set(credentials.refreshToken, 'me')
  const logged: string[] = []
  const reports: string[] = []
  const listeners: ConnectionOptions['listeners'] = {
    onLine: () => undefined,
    onUnparsable: (text) => reports.push(`unparsable ${text}`),
    onJoined: (login) => reports.push(`joined ${login}`),
    onJoinFailed: (login, why) => reports.push(`${why} ${login}`),
    onLost: (logins) => reports.push(`lost ${logins.join()}`),
    onReconnect: () => reports.push('reconnect'),
    onLoginFailed: (why) => reports.push(`login ${why}`),
  }
  const connection = new Connection({
    url: twitch.url,
    times: quick,
    joinLimiter: new RateLimiter({ times: 1000, perMs: 10_000 }),
    loginLimiter: new RateLimiter(twitchLoginLimit),
    clock: () => performance.now(),
    token: loginToken(new RefreshedTokens(twitch.authUrl, credentials)),
    logger: createLogger('test', 'trace', { destination: { write: (line) => void logged.push(line) } }),
    listeners,
    ...given,
  })
  const reported = (report: string) => until(() => reports.includes(report), report)
  return { connection, listeners, logged, reports, reported, [Symbol.dispose]: () => connection.stop() }
}

async function connectedTo(twitch: TwitchServer, login: string, given: Partial<ConnectionOptions> = {}) {
  const made = connect(twitch, given)
  made.connection.join(login)
  await made.reported(`joined ${login}`)
  return made
}

test.each<[what: string, breakIt: (twitch: TwitchServer) => void, why: string]>([
  ['dropped', (twitch) => twitch.connections()[0]?.drop(), 'cut off'],
  ['half-open', (twitch) => twitch.connections()[0]?.freeze(), 'nothing heard from Twitch for 100 ms'],
  ['asked', (twitch) => twitch.sendFrame(':tmi.twitch.tv RECONNECT\r\n'), 'Twitch asked to reconnect'],
  [
    'refused',
    (twitch) => twitch.sendFrame(':tmi.twitch.tv NOTICE * :Login authentication failed\r\n'),
    'Twitch refused the login',
  ],
])('a connection that ended is logged with its reason: %s', async (_what, breakIt, why) => {
  await using twitch = await startTwitch()
  using made = await connectedTo(twitch, 'arena')
  breakIt(twitch)
  const first = await until(() => made.logged[0], 'the log')
  expect(JSON.parse(first)).toMatchObject({
    level: 'warn',
    why,
    channels: 1,
    msg: 'the connection to Twitch ended; connecting again',
  })
  for (const token of [...twitch.tokens.keys(), ...Object.values(credentials)])
    expect(made.logged.join()).not.toContain(token)
})

test('each attempt that fails is logged', async () => {
  await using twitch = await startTwitch()
  using made = await connectedTo(twitch, 'arena')
  twitch.refuseConnections = true
  twitch.connections()[0]?.drop()
  await until(() => made.logged.length > 1, 'a failed attempt')
  const { why, channels } = JSON.parse(made.logged[1] ?? '') as { why: string; channels: number }
  expect(why).toMatch(/^not reached: /)
  expect(channels).toBe(0)
})

test('an address that no socket can be opened to is a failed attempt', async () => {
  await using twitch = await startTwitch()
  using made = connect(twitch, { url: `${twitch.url}/#fragment` })
  await made.reported('reconnect')
  expect(made.logged[0]).toContain('not reached: ')
})

test('a connection that was stopped logs nothing', async () => {
  await using twitch = await startTwitch()
  const { connection, logged } = await connectedTo(twitch, 'arena')
  connection.stop()
  await until(() => twitch.connections().length === 0, 'closed')
  expect(logged).toEqual([])
})

test('a close frame with TCP left open loses the connection at once, and ends TCP', async () => {
  await using twitch = await startTwitch()
  using made = await connectedTo(twitch, 'arena', { times: { ...quick, pingAfterMs: 60_000 } })
  const closing = twitch.connections()
  for (const connection of closing) connection.sendCloseFrame()
  await made.reported('lost arena')
  expect(made.logged[0]).toContain('"why":"closed by the other side: 1001"')
  await until(() => twitch.connections().some(({ joined }) => joined.has('arena')), 'joined again')
  await until(() => closing.every((connection) => !twitch.connections().includes(connection)), 'TCP ended')
})

test('a handshake that takes too long is given up, and tried again', async () => {
  await using twitch = await startTwitch()
  twitch.handshakeDelayMs = 2000
  using made = connect(twitch, { times: { ...quick, connectWithinMs: 50 } })
  await until(() => twitch.handshakesGivenUp > 0, 'given up')
  twitch.handshakeDelayMs = 0
  await until(() => made.connection.isReady, 'logged in')
})

test('what is sent to a connection that is closing ends it, and is sent on the next one', async () => {
  await using twitch = await startTwitch()
  using made = await connectedTo(twitch, 'arena', { times: { ...quick, pingAfterMs: 1 } })
  const { connection, reports } = made
  const [closing] = twitch.connections()
  closing?.sendCloseFrame()
  // Sends as timers and callers do, until the socket is given up.
  const others: string[] = []
  await until(() => {
    const isLost = reports.includes('lost arena')
    if (!isLost) connection.join(`other${others.push('')}`)
    return isLost
  }, 'lost')
  const joined = () => twitch.connections().flatMap((each) => [...each.joined])
  await until(() => joined().length === 1 + others.length, 'all are joined on the next connection')
  await until(() => !twitch.connections().includes(closing as never), 'TCP ended')
  expect(reports.filter((report) => report.includes('not_found'))).toEqual([])
})

test('lines that follow RECONNECT in its frame do not join a channel on the connection that ended', async () => {
  await using twitch = await startTwitch()
  using made = await connectedTo(twitch, 'arena')
  const [first] = twitch.connections()
  twitch.sendFrame(':tmi.twitch.tv RECONNECT\r\n@room-id=1 :tmi.twitch.tv ROOMSTATE #arena\r\n')
  await until(
    () => twitch.connections().some(({ id, joined }) => id !== first?.id && joined.has('arena')),
    'joined on the next connection',
  )
  await until(() => made.reports.length === 4, 'joined again')
  expect(made.reports).toEqual(['joined arena', 'lost arena', 'reconnect', 'joined arena'])
})

test('a silent connection is pinged, and stays', async () => {
  await using twitch = await startTwitch()
  using made = await connectedTo(twitch, 'arena', { times: { ...quick, pingAfterMs: 10 } })
  const [connection] = twitch.connections()
  await until(() => (connection?.lines.filter((line) => line.startsWith('PING')).length ?? 0) > 3, 'pings')
  expect(made.reports).toEqual(['joined arena'])
})

test.each([
  ['msg_banned', 'banned'],
  ['msg_channel_blocked', 'banned'],
  ['msg_suspended', 'banned'],
  ['msg_channel_suspended', 'suspended'],
  ['tos_ban', 'suspended'],
  ['msg_room_not_found', 'not_found'],
  ['msg_concurrent_channel_limit_reached', 'limit_reached'],
])('NOTICE %s in a joined channel loses it, and refuses it as %s', async (id, why) => {
  await using twitch = await startTwitch()
  using made = await connectedTo(twitch, 'arena')
  twitch.sendFrame(`@msg-id=${id} :tmi.twitch.tv NOTICE #arena :text\r\n`)
  twitch.sendFrame(`@msg-id=${id} :tmi.twitch.tv NOTICE #arena :text\r\n`)
  twitch.sendFrame(`@msg-id=${id} :tmi.twitch.tv NOTICE #elsewhere :text\r\n`)
  await made.reported(`${why} arena`)
  made.connection.join('fence')
  await made.reported('joined fence')
  expect(made.reports).toEqual(['joined arena', 'lost arena', `${why} arena`, 'joined fence'])
})

test('a NOTICE about a mode of the channel, or a time-out, loses nothing', async () => {
  await using twitch = await startTwitch()
  using made = await connectedTo(twitch, 'arena')
  for (const id of ['slow_on', 'subs_on', 'msg_timedout'])
    twitch.sendFrame(`@msg-id=${id} :tmi.twitch.tv NOTICE #arena :text\r\n`)
  made.connection.join('fence')
  await made.reported('joined fence')
  expect(made.reports).toEqual(['joined arena', 'joined fence'])
})

test('a channel that Twitch puts this client out of is lost, and joined again', async () => {
  await using twitch = await startTwitch()
  using made = await connectedTo(twitch, 'arena')
  twitch.eject('arena')
  await until(() => made.reports.length === 3, 'joined again')
  expect(made.reports).toEqual(['joined arena', 'lost arena', 'joined arena'])
  expect(made.connection.claims('arena')).toBe(true)
})

test('a channel that Twitch puts this client out of again soon counts as banned, and is left alone', async () => {
  await using twitch = await startTwitch()
  let nowMs = 0
  using made = await connectedTo(twitch, 'arena', { clock: () => nowMs })
  twitch.eject('arena')
  await until(() => made.reports.length === 3, 'joined again')
  nowMs = 29_999
  twitch.eject('arena')
  await made.reported('banned arena')
  expect(twitch.joins).toHaveLength(2)
  made.connection.join('arena')
  await until(() => made.reports.at(-1) === 'joined arena', 'joined when it is tried again')
  nowMs = 59_999
  twitch.eject('arena')
  await until(() => twitch.joins.length === 4, 'joined at once, as the last time is long ago')
})

test('a banned account is refused by name, with a gap, and stays out until it is tried again', async () => {
  await using twitch = await startTwitch()
  using made = await connectedTo(twitch, 'arena')
  twitch.ban('arena')
  await made.reported('banned arena')
  expect(made.reports).toEqual(['joined arena', 'lost arena', 'banned arena'])
  twitch.connections()[0]?.drop()
  made.connection.join('fence')
  await made.reported('joined fence')
  expect(twitch.joins.map(({ login }) => login)).toEqual(['arena', 'arena', 'fence'])
  twitch.banned.delete('arena')
  made.connection.join('arena')
  await until(() => made.reports.at(-1) === 'joined arena', 'joined')
})

test('a channel that is suspended in the middle is lost and refused', async () => {
  await using twitch = await startTwitch()
  using made = await connectedTo(twitch, 'arena')
  twitch.suspend('arena')
  await made.reported('suspended arena')
  expect(made.reports).toEqual(['joined arena', 'lost arena', 'suspended arena'])
})

test("others' PARTs, the answer to an own one, and rooms that are not wanted change nothing", async () => {
  await using twitch = await startTwitch()
  using made = await connectedTo(twitch, 'arena')
  twitch.sendFrame(':ann!ann@ann.tmi.twitch.tv PART #arena\r\n')
  twitch.sendFrame('@room-id=7 :tmi.twitch.tv ROOMSTATE #elsewhere\r\n')
  made.connection.part('arena')
  made.connection.join('arena')
  await until(() => made.reports.length === 2, 'joined again')
  expect(made.reports).toEqual(['joined arena', 'joined arena'])
  expect(made.logged).toEqual([])
  expect(twitch.joins).toHaveLength(2)
})

test('an unanswered JOIN is not found, and confirmed late it is joined after all', async () => {
  await using twitch = await startTwitch()
  twitch.missing.add('arena')
  using made = connect(twitch, { times: { ...quick, joinWithinMs: 50 } })
  made.connection.join('arena')
  await made.reported('not_found arena')
  expect(made.connection.claims('arena')).toBe(false)
  twitch.sendFrame('@room-id=7 :tmi.twitch.tv ROOMSTATE #arena\r\n')
  await made.reported('joined arena')
  expect(made.connection.claims('arena')).toBe(true)
})

test('a refused token is replaced, also in the middle', async () => {
  await using twitch = await startTwitch()
  using made = await connectedTo(twitch, 'arena')
  const [first = ''] = twitch.tokens.keys()
  twitch.tokens.delete(first)
  twitch.connections()[0]?.drop()
  await until(() => made.reports.filter((report) => report === 'joined arena').length === 2, 'joined again')
  expect(made.reports).toContain('login refused')
  expect(twitch.auth.requests).toHaveLength(2)
})

test('while no token is to be had every attempt asks again, says so, and the time without a login grows', async () => {
  await using twitch = await startTwitch()
  let nowMs = 5000
  twitch.auth.failsWith = { status: 503, body: 'away' }
  using made = connect(twitch, { clock: () => nowMs })
  await until(() => twitch.auth.requests.length > 2, 'asked again')
  expect(made.reports).toEqual(expect.arrayContaining(['login no_token']))
  nowMs = 65_000
  expect(made.connection.loggedOutForMs).toBe(60_000)
  twitch.auth.failsWith = undefined
  await until(() => made.connection.isReady, 'logged in')
  expect(made.connection.loggedOutForMs).toBe(0)
  twitch.refuseConnections = true
  twitch.connections()[0]?.drop()
  await made.reported('reconnect')
  nowMs = 66_000
  expect(made.connection.loggedOutForMs).toBe(1000)
})

test('everything that is logged while the token endpoint fails is without secrets', async () => {
  await using twitch = await startTwitch()
  twitch.auth.failsWith = { status: 400, body: Object.values(credentials).join() }
  using made = connect(twitch)
  await until(() => made.logged.length > 1, 'logged')
  expect(made.logged[0]).toContain('no token to log in to Twitch with; trying again')
  expect(made.logged[0]).toContain('400; check TWITCH_REFRESH_TOKEN')
  for (const secret of [credentials.clientSecret, credentials.refreshToken])
    expect(made.logged.join()).not.toContain(secret)
})

test('however often Twitch asks to reconnect, logins stay within the limit', async () => {
  let nowMs = 0
  const limits = { channels: 100, joins: 1000, logins: 3, perMs: 2000 }
  await using twitch = await startTwitch({ limits, clock: () => nowMs })
  const loginLimiter = new RateLimiter({ times: 3, perMs: 2000 }, () => nowMs)
  using made = connect(twitch, { loginLimiter })
  for (let round = 1; round <= 3; round++) {
    await until(() => made.connection.isReady && twitch.logins.length === round, `login ${round}`)
    twitch.sendFrame(':tmi.twitch.tv RECONNECT\r\n')
  }
  await until(() => loginLimiter.waiting === 1, 'the fourth waits for its turn')
  nowMs = 2001
  loginLimiter.request(() => false)
  await until(() => twitch.logins.length === 4, 'logged in again')
  expect(made.reports.filter((report) => report.startsWith('login'))).toEqual([])
})

test('a connection that is stopped while it waits to log in leaves its turn to others', async () => {
  await using twitch = await startTwitch()
  let nowMs = 0
  const loginLimiter = new RateLimiter({ times: 1, perMs: 1000 }, () => nowMs)
  loginLimiter.request(() => true)
  const { connection } = connect(twitch, { loginLimiter })
  await until(() => loginLimiter.waiting === 1, 'waiting')
  connection.stop()
  nowMs = 1001
  let isGranted = false
  loginLimiter.request(() => (isGranted = true))
  expect(isGranted).toBe(true)
})

test('a JOIN that a lost connection leaves unanswered says nothing about the channel', async () => {
  await using twitch = await startTwitch()
  twitch.missing.add('arena')
  using made = connect(twitch, { times: { ...quick, joinWithinMs: 100 } })
  made.connection.join('arena')
  await until(() => twitch.joins.length === 1, 'joining')
  twitch.refuseConnections = true
  twitch.connections()[0]?.drop()
  await until(() => made.reports.filter((report) => report === 'reconnect').length > 4, 'attempts')
  expect(made.reports).not.toContain('not_found arena')
})

test('a channel that was left and is wanted again is not held to have been put out of before', async () => {
  await using twitch = await startTwitch()
  using made = await connectedTo(twitch, 'arena')
  twitch.eject('arena')
  await until(() => made.reports.length === 3, 'joined again')
  made.connection.part('arena')
  made.connection.join('arena')
  await until(() => made.reports.length === 4, 'wanted and joined again')
  twitch.eject('arena')
  await until(() => made.reports.length === 6, 'joined again at once')
  expect(made.reports).not.toContain('banned arena')
})

test('the time without a login goes on over attempts that fail', async () => {
  await using twitch = await startTwitch()
  let nowMs = 1000
  twitch.refuseConnections = true
  using made = connect(twitch, { clock: () => nowMs })
  await made.reported('reconnect')
  nowMs = 51_000
  const attempts = made.reports.length
  await until(() => made.reports.length > attempts, 'another attempt')
  expect(made.connection.loggedOutForMs).toBe(50_000)
})

test('a channel that is left because it was lost is not refused any more', async () => {
  await using twitch = await startTwitch()
  using made = await connectedTo(twitch, 'arena')
  const { connection, listeners } = made
  listeners.onLost = (logins) => logins.forEach((login) => connection.part(login))
  twitch.sendFrame('@msg-id=msg_banned :tmi.twitch.tv NOTICE #arena :text\r\n')
  await until(() => connection.channels.size === 0, 'left')
  connection.join('fence')
  await made.reported('joined fence')
  expect(made.reports).toEqual(['joined arena', 'joined fence'])
  expect(connection.claimedChannels).toBe(1)
})

test('a JOIN that waited for its turn while the connection was lost is sent on the next one', async () => {
  await using twitch = await startTwitch()
  let nowMs = 0
  const joinLimiter = new RateLimiter({ times: 1, perMs: 1000 }, () => nowMs)
  using made = await connectedTo(twitch, 'arena', { joinLimiter })
  made.connection.join('late')
  twitch.connections()[0]?.drop()
  await until(() => joinLimiter.waiting === 3, 'both wait again')
  const isJoined = (login: string) => twitch.connections().some(({ joined }) => joined.has(login))
  await until(() => {
    nowMs += 1001
    joinLimiter.request(() => false)
    return isJoined('arena') && isJoined('late')
  }, 'both are joined')
})

test('a channel that is wanted twice is joined once', async () => {
  await using twitch = await startTwitch()
  using made = await connectedTo(twitch, 'arena')
  for (const login of ['arena', 'another', 'another', 'fence']) made.connection.join(login)
  await made.reported('joined fence')
  expect(twitch.joins.map(({ login }) => login)).toEqual(['arena', 'another', 'fence'])
})
