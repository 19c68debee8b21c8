import { readFileSync } from 'node:fs'
import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { chatEvent, type ChatEvent } from '@chat-battle/contracts/records/chat-event'
import { channelStatusRecord, type ChannelStatusRecord } from '@chat-battle/contracts/records/channel-status'
import {
  channelStatusTopic,
  chatMessagesTopic,
  monitoredChannelsTopic,
} from '@chat-battle/contracts/records/topics'
import { freePort } from '@chat-battle/runtime/http/free-port'
import { until } from '@chat-battle/testkit/testing'
import { samples } from '@chat-battle/twitch-stub/samples'
import { startTwitch, type TwitchServer } from '@chat-battle/twitch-stub/server'
import { prefixed } from '@chat-battle/runtime/kafka/client'
import { createProducer } from '@chat-battle/runtime/kafka/producer'
import { createLogger } from '@chat-battle/runtime/process/logger'
import type { IngestConfig } from './config.ts'
import { configFor, readInstallation, type ReadInstallation } from './ingest.fixture.ts'
import { startIngest, type IngestOverrides } from './service.ts'

let installation: ReadInstallation
const events: ChatEvent[] = []
const statuses = new Map<string, ChannelStatusRecord>()

beforeAll(async () => {
  installation = await readInstallation({
    [chatMessagesTopic.name]: ({ value }) => void events.push(chatEvent.parse(JSON.parse(String(value)))),
    [channelStatusTopic.name]({ key, value }) {
      if (value === null) return void statuses.delete(key)
      const status = channelStatusRecord.parse(JSON.parse(String(value)))
      if (status.epoch >= (statuses.get(key)?.epoch ?? 0)) statuses.set(key, status)
    },
  })
})
afterAll(() => installation[Symbol.asyncDispose]())

function start(
  twitch: TwitchServer,
  channels: string[],
  overrides: IngestOverrides = {},
  settings: Partial<IngestConfig> = {},
  logger = installation.logger,
): Promise<AsyncDisposable> {
  const small = { INGEST_BUFFER_BYTES: 1_000_000 }
  const config = { ...configFor(installation, twitch, channels), ...small, ...settings }
  const times = { pingAfterMs: 300, pongWithinMs: 300, joinWithinMs: 500, connectWithinMs: 2000 }
  return startIngest(config, logger, { times, tickEveryMs: 100, ...overrides })
}

function privmsg(twitch: TwitchServer, login: string, id: string, text = 'hi', tags = ''): string {
  return `@badges=;display-name=Ann;emotes=;id=${id};room-id=${twitch.roomId(login)};subscriber=0;tmi-sent-ts=${Date.now()};user-id=5${tags} :ann!ann@ann.tmi.twitch.tv PRIVMSG #${login} :${text}`
}

const state = (login: string) => statuses.get(login)?.state
const texts = (login: string) =>
  events.flatMap((event) =>
    event.type === 'message' && event.channel_login === login ? [event.message] : [],
  )

test('writes lines as events and ticks after them, and skips only the bad lines', async () => {
  await using twitch = await startTwitch()
  await using _ingest = await start(twitch, ['alpha'])
  await until(() => state('alpha') === 'joined', 'joined')
  const bad = [
    '@emotes=x PRIVMSG',
    'PRIVMSG #alpha :no tags',
    ':x PONG y',
    '@=;; :!@ PRIVMSG #alpha',
    'garbage \u0000',
    privmsg(twitch, 'alpha', 'a0', 'x'.repeat(70_000)),
  ]
  twitch.sendFrame([...bad, privmsg(twitch, 'alpha', 'a1', 'after the bad'), ''].join('\r\n'))
  twitch.say(
    'alpha',
    `@room-id=;target-msg-id=a1;login=ann;tmi-sent-ts=${Date.now()} :tmi.twitch.tv CLEARMSG #alpha :hi`,
  )
  await until(() => texts('alpha').includes('after the bad'), 'the good line')
  await until(
    () => events.some((event) => event.type === 'moderation' && event.target_message_id === 'a1'),
    'CLEARMSG',
  )
  await until(
    () =>
      events.some(
        (event) => event.type === 'tick' && event.channel_login === 'alpha' && event.timestamp !== null,
      ),
    'a tick with a time',
  )
  expect(events.some((event) => event.type === 'message' && event.message_id === 'a0')).toBe(false)
})

test("reports gaps by the broker's clock when this machine's clock is ahead", async () => {
  await using twitch = await startTwitch()
  const now = Date.now
  const ahead = vi.spyOn(Date, 'now').mockImplementation(() => now() + 3_600_000)
  const starting = start(twitch, ['early'])
  await starting.finally(() => ahead.mockRestore())
  await using _ingest = await starting
  await until(() => state('early') === 'joined', 'joined')
  twitch.say('early', privmsg(twitch, 'early', 'e1', 'stamped by the broker'))
  await until(() => texts('early').length === 1, 'written')
  for (const connection of twitch.connections()) connection.drop()
  const gap = await until(() => statuses.get('early')?.gaps[0], 'the gap')
  expect(Math.abs(gap.from - Date.now())).toBeLessThan(600_000)
})

test('uses an epoch above the one that a machine with a fast clock wrote', async () => {
  const ahead: ChannelStatusRecord = {
    channel_login: 'ahead',
    channel_id: '1',
    state: 'reconnecting',
    since: 1,
    gaps: [],
    clock_skew_ms: null,
    ingest: 'ahead',
    epoch: Date.now() + 3_600_000,
    heard_until: null,
  }
  const { kafka, settings } = installation
  const producer = createProducer(kafka)
  await producer.connect()
  await producer.send({
    topic: prefixed(settings, channelStatusTopic.name),
    messages: [{ key: 'ahead', value: JSON.stringify(ahead) }],
  })
  await producer.disconnect()
  await using twitch = await startTwitch()
  await using _ingest = await start(twitch, ['ahead'])
  await until(() => state('ahead') === 'joined', 'joined, in the epoch after that one')
})

/** Recorded lines, if they lie beside the project. */
function recordedSamples(): string[] {
  try {
    const file = new URL('../../../shared/recorded-chat/protocol_samples.irc', import.meta.url)
    return readFileSync(file, 'utf8').split('\n')
  } catch {
    return []
  }
}

test('goes on after every kind of line, cut, doubled and shuffled', async () => {
  await using twitch = await startTwitch()
  await using _ingest = await start(twitch, ['mangled', 'sample'])
  await until(() => state('mangled') === 'joined' && state('sample') === 'joined', 'joined')
  const all = [...samples, ...recordedSamples()]
  // These two end the connection, so they come last.
  const lines = all.filter((line) => !/RECONNECT|Login authentication failed/.test(line))
  const cut = fc.tuple(fc.constantFrom(...lines), fc.nat(600), fc.nat(600))
  const mangled = fc
    .sample(cut, { numRuns: 3000, seed: 7 })
    .map(([line, from, to]) => line.slice(from % 40, to + 1))
  const doubled = fc.sample(fc.shuffledSubarray([...lines, ...lines], { minLength: lines.length * 2 }), {
    numRuns: 2,
    seed: 7,
  })
  for (const frame of [lines, ...doubled, mangled]) {
    twitch.sendFrame(frame.join('\r\n') + '\r\n')
    twitch.sendFrame(frame.join('\n'))
  }
  for (const line of mangled) twitch.sendFrame(line)
  twitch.say('mangled', privmsg(twitch, 'mangled', 'm1', 'still here'))
  await until(() => texts('mangled').includes('still here'), 'the line after all that')
  expect(twitch.connections()).toHaveLength(1)
  expect(texts('sample')).toContain('good evening')
  for (const line of [...all, ':tmi.twitch.tv RECONNECT']) twitch.sendFrame(line + '\r\n')
  let attempt = 0
  await until(() => {
    twitch.say('mangled', privmsg(twitch, 'mangled', `after${++attempt}`, 'here again'))
    return texts('mangled').includes('here again')
  }, 'a line after it connected again')
})

const credentials = { clientId: 'the-client', clientSecret: 'the-secret', refreshToken: 'the-refresh-token' }

test('rejoins a channel that ejects the account, with a gap, and reports bans and suspensions', async () => {
  await using twitch = await startTwitch()
  twitch.auth.refreshTokens.set(credentials.refreshToken, 'me')
  const channels = ['ejected', 'outlawed', 'ceased']
  await using _ingest = await start(twitch, channels, {}, { credentials })
  await until(() => channels.every((login) => state(login) === 'joined'), 'joined')
  twitch.eject('ejected')
  await until(() => statuses.get('ejected')?.gaps.length === 1 && state('ejected') === 'joined', 'back')
  expect(statuses.get('ejected')?.gaps).toMatchObject([{ reason: 'twitch_disconnected' }])
  twitch.say('ejected', privmsg(twitch, 'ejected', 'ejected-1', 'after'))
  await until(() => texts('ejected').includes('after'), 'received again')
  twitch.ban('outlawed')
  twitch.suspend('ceased')
  await until(() => state('outlawed') === 'banned' && state('ceased') === 'suspended', 'refused')
  for (const login of ['outlawed', 'ceased'])
    expect(statuses.get(login)?.heard_until).toEqual(expect.any(Number))
  expect(twitch.connections()).toHaveLength(1)
})

test('reports in health that no token comes, logs no secret, and recovers by itself', async () => {
  await using twitch = await startTwitch()
  twitch.auth.refreshTokens.set(credentials.refreshToken, 'me')
  const logged: string[] = []
  const logger = createLogger('test', 'trace', { destination: { write: (line) => void logged.push(line) } })
  const port = await freePort()
  const settings = { credentials, INGEST_METRICS_PORT: port }
  await using _ingest = await start(twitch, ['authed2'], { loginWithinMs: 500 }, settings, logger)
  const health = async () => (await fetch(`http://127.0.0.1:${port}/health`)).json()
  const isHealthy = async () => isDeepStrictEqual(await health(), { status: 'ok', problems: [] })
  await until(() => state('authed2') === 'joined', 'joined')
  await until(isHealthy, 'healthy')
  twitch.auth.failsWith = { status: 403, body: Object.values(credentials) }
  twitch.tokens.clear()
  twitch.connections()[0]?.drop()
  const problem = {
    status: 'degraded',
    problems: [expect.stringMatching(/^not logged in to Twitch for [0-9]+ s$/)],
  }
  await until(async () => !(await isHealthy()), 'degraded')
  expect(await health()).toEqual(problem)
  expect((await fetch(`http://127.0.0.1:${port}/livez`)).status).toBe(200)
  await until(() => twitch.auth.requests.length > 2, 'further requests')
  const metrics = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text()
  expect(metrics).toMatch(/ingest_logged_out_seconds [0-9.]*[1-9]/)
  expect(metrics).toMatch(/ingest_login_failures_total\{reason="refused"\} 1\n/)
  expect(metrics).toMatch(/ingest_login_failures_total\{reason="no_token"\} [1-9]/)
  twitch.auth.failsWith = undefined
  await until(isHealthy, 'healthy again')
  await until(() => twitch.connections().some(({ joined }) => joined.has('authed2')), 'joined again')
  expect(logged.join()).toContain('no access token for Twitch, trying again')
  for (const secret of [credentials.clientSecret, credentials.refreshToken, ...twitch.tokens.keys()])
    expect(logged.join()).not.toContain(secret)
})

test('reports channels that do not exist or are suspended', async () => {
  await using twitch = await startTwitch()
  twitch.missing.add('nobody')
  twitch.suspended.add('banned')
  await using _ingest = await start(twitch, ['nobody', 'banned'])
  await until(() => state('nobody') === 'not_found' && state('banned') === 'suspended', 'refused')
})

test.each([
  ['a dropped connection', (twitch: TwitchServer) => twitch.connections()[0]?.drop()],
  ['a close frame with TCP left open', (twitch: TwitchServer) => twitch.connections()[0]?.sendCloseFrame()],
  ['a half-open connection', (twitch: TwitchServer) => twitch.connections()[0]?.freeze()],
  ['RECONNECT', (twitch: TwitchServer) => twitch.sendFrame(':tmi.twitch.tv RECONNECT\r\n')],
])('%s: rejoins once, on one connection, and reports the gap', async (name, breakIt) => {
  const login = `gap${name.length}`
  await using twitch = await startTwitch()
  await using _ingest = await start(twitch, [login])
  await until(() => state(login) === 'joined', 'joined')
  const first = twitch.connections()[0]?.id
  // Gaps below one second are not reported.
  twitch.handshakeDelayMs = 1100
  breakIt(twitch)
  await until(() => state(login) === 'reconnecting', 'reconnecting')
  await until(() => state(login) === 'joined', 'joined again')
  expect(statuses.get(login)?.gaps).toMatchObject([{ reason: 'twitch_disconnected' }])
  twitch.say(login, privmsg(twitch, login, `${login}-1`, 'after'))
  await until(() => texts(login).includes('after'), 'received again')
  expect(texts(login)).toEqual(['after'])
  expect(twitch.connections().filter(({ id, joined }) => id !== first && joined.has(login))).toHaveLength(1)
})

test('reports a gap for dropped events, in their channel only', async () => {
  await using twitch = await startTwitch()
  await using _ingest = await start(twitch, ['crowded', 'calm'], {}, { INGEST_BUFFER_BYTES: 5000 })
  await until(() => state('crowded') === 'joined' && state('calm') === 'joined', 'joined')
  const lines = Array.from({ length: 100 }, (_, index) => privmsg(twitch, 'crowded', `c${index}`, `${index}`))
  twitch.sendFrame(lines.join('\r\n') + '\r\n')
  const gaps = await until(() => {
    const { gaps = [] } = statuses.get('crowded') ?? {}
    return gaps.length > 0 ? gaps : undefined
  }, 'the gap')
  expect(gaps).toMatchObject([{ reason: 'buffer_overflow' }])
  expect(gaps[0]?.to).toBeGreaterThan(gaps[0]?.from ?? Infinity)
  await until(() => texts('crowded').includes('99'), 'the newest line')
  expect(texts('crowded').length).toBeLessThan(100)
  expect(statuses.get('calm')?.gaps).toEqual([])
})

test('joins a leased channel, and parts it when the lease ends', async () => {
  await using twitch = await startTwitch()
  await using _ingest = await start(twitch, [])
  const { kafka, settings } = installation
  const producer = createProducer(kafka)
  await producer.connect()
  const topic = prefixed(settings, monitoredChannelsTopic.name)
  await producer.send({
    topic,
    messages: [
      { key: 'leased', value: '{"ttl_ms":2000}' },
      { key: 'leased', value: 'deadLetters' },
    ],
  })
  await until(() => state('leased') === 'joined', 'joined by lease')
  await until(() => state('leased') === 'parted', 'parted after its end')
  await until(() => twitch.connections().every(({ joined }) => !joined.has('leased')), 'left')
  await producer.disconnect()
})

/** The stretches that ticks claimed of a channel, joined where they touch. */
function coverage(login: string): { from: number; to: number }[] {
  const claimed: { from: number; to: number }[] = []
  for (const event of events) {
    if (event.type !== 'tick' || event.channel_login !== login) continue
    const { covered_from: from, covered_to: to } = event
    if (from === null || to === null) continue
    const last = claimed.at(-1)
    if (last?.to === from) last.to = to
    else claimed.push({ from, to })
  }
  return claimed
}

const lease = (ttl_ms: number) => JSON.stringify({ ttl_ms })

test('covers no time between parting a channel and joining it again, and reports no gap', async () => {
  await using twitch = await startTwitch()
  await using _ingest = await start(twitch, ['talks'])
  const { kafka, settings } = installation
  const producer = createProducer(kafka)
  await producer.connect()
  const topic = prefixed(settings, monitoredChannelsTopic.name)
  const want = (ttlMs: number) => producer.send({ topic, messages: [{ key: 'again', value: lease(ttlMs) }] })
  await until(() => state('talks') === 'joined', 'joined')
  twitch.say('talks', privmsg(twitch, 'talks', 't1', 'a time for all channels'))
  await want(1500)
  await until(() => state('again') === 'parted', 'left')
  const leftAtMs = Date.now()
  await until(() => coverage('again').length === 1, 'covered once')
  await want(60_000)
  await until(() => state('again') === 'joined', 'joined again')
  const joinedAtMs = Date.now()
  await until(() => (coverage('again')[1]?.to ?? 0) > joinedAtMs + 300, 'covered again')
  const [first, second] = coverage('again')
  expect(first?.to).toBeLessThanOrEqual(leftAtMs)
  expect(second?.from).toBeGreaterThanOrEqual(leftAtMs - 1000)
  expect(coverage('again')).toHaveLength(2)
  expect(statuses.get('again')?.gaps).toEqual([])
  await producer.disconnect()
})

test('covers no time from the last received line of a lost connection until the next join', async () => {
  await using twitch = await startTwitch()
  await using _ingest = await start(twitch, ['frozen'])
  await until(() => state('frozen') === 'joined', 'joined')
  twitch.say('frozen', privmsg(twitch, 'frozen', 'f1'))
  await until(() => coverage('frozen').length === 1, 'covered')
  twitch.connections()[0]?.freeze()
  await until(() => statuses.get('frozen')?.gaps[0], 'the gap')
  await until(() => coverage('frozen').length === 2, 'covered again')
  const gap = statuses.get('frozen')?.gaps[0]
  const [first, second] = coverage('frozen')
  // A gap uses the broker's clock, coverage Twitch's: here both are this machine's.
  expect(Math.abs((first?.to ?? 0) - (gap?.from ?? 0))).toBeLessThan(250)
  expect(Math.abs((second?.from ?? 0) - (gap?.to ?? 0))).toBeLessThan(250)
})

test('rejoins a channel whose lease ended while no ingest ran, with a gap', async () => {
  await using twitch = await startTwitch()
  const { kafka, settings } = installation
  const producer = createProducer(kafka)
  await producer.connect()
  const topic = prefixed(settings, monitoredChannelsTopic.name)
  const first = await start(twitch, [])
  await producer.send({ topic, messages: [{ key: 'restarted', value: lease(4000) }] })
  const leaseEndMs = Date.now() + 4000
  await until(() => state('restarted') === 'joined', 'joined')
  await first[Symbol.asyncDispose]()
  await until(() => Date.now() > leaseEndMs + 500, 'the lease has run out')
  await using _second = await start(twitch, [])
  await until(() => state('restarted') === 'joined', 'joined again')
  const gap = await until(() => statuses.get('restarted')?.gaps[0], 'the gap')
  expect(gap.reason).toBe('ingest_down')
  expect(gap.to).toBeGreaterThan(leaseEndMs)
  await until(() => state('restarted') === 'parted', 'left, since no client renewed the lease')
  await producer.disconnect()
})

test('deletes the status of a missing channel that no client wants, also of an orphan', async () => {
  const { kafka, settings } = installation
  const producer = createProducer(kafka)
  await producer.connect()
  const orphan: ChannelStatusRecord = {
    ...{ channel_login: 'orphan', channel_id: null, state: 'joining', since: 1, gaps: [] },
    ...{ clock_skew_ms: null, ingest: 'gone', epoch: 1, heard_until: null },
  }
  await producer.send({
    topic: prefixed(settings, channelStatusTopic.name),
    messages: [{ key: 'orphan', value: JSON.stringify(orphan) }],
  })
  await until(() => state('orphan') === 'joining', 'the orphan')
  await using twitch = await startTwitch()
  twitch.missing.add('invented')
  await using _ingest = await start(twitch, [])
  await producer.send({
    topic: prefixed(settings, monitoredChannelsTopic.name),
    messages: [{ key: 'invented', value: '{"ttl_ms":2000}' }],
  })
  await until(() => state('invented') === 'not_found', 'refused')
  await until(() => !statuses.has('invented') && !statuses.has('orphan'), 'deleted')
  await producer.disconnect()
})

test('divides the channels between two instances, and takes over from the one that stops', async () => {
  await using twitch = await startTwitch()
  const channels = Array.from({ length: 12 }, (_, index) => `shared${index}`)
  const first = await start(twitch, channels, { joinLimit: { times: 100, perMs: 1000 } })
  await using _second = await start(twitch, channels, { joinLimit: { times: 100, perMs: 1000 } })
  const holders = (login: string) => twitch.connections().filter(({ joined }) => joined.has(login)).length
  await until(
    () => twitch.connections().length === 2 && channels.every((login) => holders(login) === 1),
    'divided',
  )
  await first[Symbol.asyncDispose]()
  await until(() => channels.every((login) => holders(login) === 1), 'taken over')
  expect(twitch.connections()).toHaveLength(1)
})

test('logs in with a new token after a refused one, also in the middle', async () => {
  await using twitch = await startTwitch()
  twitch.tokens.set('good', 'me')
  const rejections: (string | undefined)[] = []
  const tokenSource = {
    token(rejected: string | undefined) {
      rejections.push(rejected)
      return Promise.resolve(rejected === undefined ? 'stale' : 'good')
    },
  }
  await using _ingest = await start(twitch, ['authed'], { tokenSource })
  await until(() => state('authed') === 'joined', 'joined')
  expect(rejections).toEqual([undefined, 'stale'])
  twitch.sendFrame(':tmi.twitch.tv NOTICE * :Login authentication failed\r\n')
  await until(() => rejections.length === 3, 'refreshed again')
  expect(rejections[2]).toBe('good')
  await until(() => twitch.connections().some(({ joined }) => joined.has('authed')), 'joined again')
})
