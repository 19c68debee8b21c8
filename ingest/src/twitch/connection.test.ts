import { expect, test } from 'vitest'
import { until } from '@chat-battle/testkit/testing'
import { startTwitch, type TwitchServer } from '@chat-battle/twitch-stub/server'
import { createLogger } from '@chat-battle/runtime/process/logger'
import { loginToken, refreshedTokens } from './auth.ts'
import type { ConnectionOptions } from './connection-options.ts'
import { Connection } from './connection.ts'
import { RateLimiter, twitchLoginLimit } from './rate-limiter.ts'

const credentials = { clientId: 'the-client', clientSecret: 'the-secret', refreshToken: 'the-refresh-token' }
const quick = { pingAfterMs: 100, pongWithinMs: 100, joinWithinMs: 5000, connectWithinMs: 5000 }

/** A connection of a valid account, with its reports in order, and its log. */
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
    token: loginToken(refreshedTokens(twitch.authUrl, credentials)),
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
  ['half-open', (twitch) => twitch.connections()[0]?.freeze(), 'nothing received from Twitch for 100 ms'],
  ['requested', (twitch) => twitch.sendFrame(':tmi.twitch.tv RECONNECT\r\n'), 'Twitch requested a reconnect'],
  [
    'refused',
    (twitch) => twitch.sendFrame(':tmi.twitch.tv NOTICE * :Login authentication failed\r\n'),
    'Twitch refused the login',
  ],
])('logs a lost connection with its reason: %s', async (_what, breakIt, why) => {
  await using twitch = await startTwitch()
  using made = await connectedTo(twitch, 'arena')
  breakIt(twitch)
  const first = await until(() => made.logged[0], 'the log')
  expect(JSON.parse(first)).toMatchObject({
    level: 'warn',
    why,
    channels: 1,
    msg: 'Twitch connection lost, reconnecting',
  })
  for (const token of [...twitch.tokens.keys(), ...Object.values(credentials)])
    expect(made.logged.join()).not.toContain(token)
})

test('logs each failed attempt to connect', async () => {
  await using twitch = await startTwitch()
  using made = await connectedTo(twitch, 'arena')
  twitch.refuseConnections = true
  twitch.connections()[0]?.drop()
  await until(() => made.logged.length > 1, 'a failed attempt')
  const { why, channels } = JSON.parse(made.logged[1] ?? '') as { why: string; channels: number }
  expect(why).toMatch(/^not reached: /)
  expect(channels).toBe(0)
})

test('counts an address without a server as a failed attempt', async () => {
  await using twitch = await startTwitch()
  using made = connect(twitch, { url: `${twitch.url}/#fragment` })
  await made.reported('reconnect')
  expect(made.logged[0]).toContain('not reached: ')
})

test('logs nothing when it is stopped', async () => {
  await using twitch = await startTwitch()
  const { connection, logged } = await connectedTo(twitch, 'arena')
  connection.stop()
  await until(() => twitch.connections().length === 0, 'closed')
  expect(logged).toEqual([])
})

test('closes at once, TCP too, after a close frame with TCP left open', async () => {
  await using twitch = await startTwitch()
  using made = await connectedTo(twitch, 'arena', { times: { ...quick, pingAfterMs: 60_000 } })
  const closing = twitch.connections()
  for (const connection of closing) connection.sendCloseFrame()
  await made.reported('lost arena')
  expect(made.logged[0]).toContain('"why":"closed by the other side: 1001"')
  await until(() => twitch.connections().some(({ joined }) => joined.has('arena')), 'joined again')
  await until(() => closing.every((connection) => !twitch.connections().includes(connection)), 'TCP ended')
})

test('gives up a slow handshake, and connects again', async () => {
  await using twitch = await startTwitch()
  twitch.handshakeDelayMs = 2000
  using made = connect(twitch, { times: { ...quick, connectWithinMs: 50 } })
  await until(() => twitch.handshakesGivenUp > 0, 'given up')
  twitch.handshakeDelayMs = 0
  await until(() => made.connection.isReady, 'logged in')
})

test('closes when it sends to a closing socket, and sends on the next one', async () => {
  await using twitch = await startTwitch()
  using made = await connectedTo(twitch, 'arena', { times: { ...quick, pingAfterMs: 1 } })
  const { connection, reports } = made
  const [closing] = twitch.connections()
  closing?.sendCloseFrame()
  // Sends as timers and callers do, until the socket is closed.
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

test('joins no channel by lines that follow RECONNECT in its frame', async () => {
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

test('keeps a silent connection that answers PINGs', async () => {
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
])('loses a joined channel by NOTICE %s, and reports it as %s', async (id, why) => {
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

test('reports a channel as banned that ejects this client twice within 30 s, and does not rejoin it', async () => {
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

test('stays out of a channel that bans the account until a retry', async () => {
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

test('loses a joined channel that Twitch suspends', async () => {
  await using twitch = await startTwitch()
  using made = await connectedTo(twitch, 'arena')
  twitch.suspend('arena')
  await made.reported('suspended arena')
  expect(made.reports).toEqual(['joined arena', 'lost arena', 'suspended arena'])
})

test("ignores other clients' PARTs, the answer to its own PART, and unwanted rooms", async () => {
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

test('reports an unanswered JOIN as not found, and a late confirmation as joined', async () => {
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

test('replaces a token that Twitch refuses, also after a login', async () => {
  await using twitch = await startTwitch()
  using made = await connectedTo(twitch, 'arena')
  const [first = ''] = twitch.tokens.keys()
  twitch.tokens.delete(first)
  twitch.connections()[0]?.drop()
  await until(() => made.reports.filter((report) => report === 'joined arena').length === 2, 'joined again')
  expect(made.reports).toContain('login refused')
  expect(twitch.auth.requests).toHaveLength(2)
})

test('requests a token at every attempt, and reports how long it is logged out', async () => {
  await using twitch = await startTwitch()
  let nowMs = 5000
  twitch.auth.failsWith = { status: 503, body: 'away' }
  using made = connect(twitch, { clock: () => nowMs })
  await until(() => twitch.auth.requests.length > 2, 'further requests')
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

test('logs no secrets while the token endpoint fails', async () => {
  await using twitch = await startTwitch()
  twitch.auth.failsWith = { status: 400, body: Object.values(credentials).join() }
  using made = connect(twitch)
  await until(() => made.logged.length > 1, 'logged')
  expect(made.logged[0]).toContain('no access token for Twitch, trying again')
  expect(made.logged[0]).toContain('400; check TWITCH_REFRESH_TOKEN')
  for (const secret of [credentials.clientSecret, credentials.refreshToken])
    expect(made.logged.join()).not.toContain(secret)
})

test('keeps logins within the limit, also when Twitch requests many reconnects', async () => {
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

test('leaves its login turn to others when it is stopped', async () => {
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

test('does not report a channel whose JOIN the connection lost', async () => {
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

test('forgets earlier ejections of a channel that was parted', async () => {
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

test('counts the logged-out time across failed attempts', async () => {
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

test('does not refuse a channel that is parted because it was lost', async () => {
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

test('sends a JOIN that waited during a reconnect on the next connection', async () => {
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

test('joins a channel once that is wanted twice', async () => {
  await using twitch = await startTwitch()
  using made = await connectedTo(twitch, 'arena')
  for (const login of ['arena', 'another', 'another', 'fence']) made.connection.join(login)
  await made.reported('joined fence')
  expect(twitch.joins.map(({ login }) => login)).toEqual(['arena', 'another', 'fence'])
})
