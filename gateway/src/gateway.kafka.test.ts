import { connect } from 'node:net'
import { io, type Socket } from 'socket.io-client'
import { z } from 'zod'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ChannelLive } from '@chat-battle/contracts/records/channel-live'
import { channelStats, statsKey, type ChannelStats } from '@chat-battle/contracts/records/channel-stats'
import type { ChannelStatus, ChannelStatusRecord } from '@chat-battle/contracts/records/channel-status'
import { errorBody } from '@chat-battle/contracts/rest/errors'
import type { ServerToClientEvents, SubscribeAck } from '@chat-battle/contracts/live/down'
import type { ClientToServerEvents } from '@chat-battle/contracts/live/up'
import { deadLetter } from '@chat-battle/contracts/records/dead-letter'
import { health } from '@chat-battle/contracts/rest/routes/get-health'
import { channelList } from '@chat-battle/contracts/rest/routes/list-channels'
import { watchAccepted } from '@chat-battle/contracts/rest/routes/watch-channel'
import {
  channelLiveTopic,
  channelStatsTopic,
  channelStatusTopic,
  monitoredChannelsTopic,
} from '@chat-battle/contracts/records/topics'
import { windowMs, windowStart } from '@chat-battle/contracts/window'
import { testInstallation, until } from '@chat-battle/testkit/testing'
import { prefixed } from '@chat-battle/runtime/kafka/client'
import { createProducer, type KafkaProducer } from '@chat-battle/runtime/kafka/producer'
import { createLogger } from '@chat-battle/runtime/process/logger'
import { readWholeTopic, type TopicReader } from '@chat-battle/runtime/kafka/topic-reader'
import { readConfig, type GatewayConfig } from './config.ts'
import { startGateway, type Gateway, type GatewayOverrides } from './service.ts'
import { statsFixture } from './stats.fixture.ts'
import { statusFixture } from './current/status.fixture.ts'

type Client = Socket<ServerToClientEvents, ClientToServerEvents>

let installation: Awaited<ReturnType<typeof testInstallation>>
let gateway: Gateway
let producer: KafkaProducer
let leaseReader: TopicReader
const leased: string[] = []
const clients: Client[] = []

function start(overrides: GatewayOverrides = {}, settings: Partial<GatewayConfig> = {}): Promise<Gateway> {
  const config = {
    ...readConfig({}),
    ...installation.settings,
    GATEWAY_PORT: 0,
    CORS_ORIGINS: ['https://allowed.example'],
    MAX_SOCKETS_PER_ADDRESS: 20,
    MAX_CHANNELS_PER_ADDRESS: 30,
    RATE_LIMIT_PER_MINUTE: 500,
    ...settings,
  }
  return startGateway(config, installation.logger, overrides)
}

beforeAll(async () => {
  installation = await testInstallation()
  producer = createProducer(installation.kafka)
  await producer.connect()
  leaseReader = await readWholeTopic(
    installation.kafka,
    prefixed(installation.settings, monitoredChannelsTopic.name),
    installation.logger,
    ({ key }) => leased.push(key),
  )
  gateway = await start()
  await until(async () => (await get('/api/health')).status === 200, 'ready')
})
afterAll(async () => {
  for (const client of clients) client.disconnect()
  await gateway[Symbol.asyncDispose]()
  await producer.disconnect()
  await leaseReader[Symbol.asyncDispose]()
  await installation[Symbol.asyncDispose]()
})

const url = () => `http://127.0.0.1:${gateway.port}`
const get = (path: string, init?: RequestInit) => fetch(url() + path, init)

async function body(path: string, init?: RequestInit): Promise<unknown> {
  return (await get(path, init)).json()
}

function publishStats(...frames: ChannelStats[]): Promise<unknown> {
  const messages = frames.map((stats) => ({ key: statsKey(stats), value: JSON.stringify(stats) }))
  return producer.send({ topic: prefixed(installation.settings, channelStatsTopic.name), messages })
}

function publishStatus(given: Partial<ChannelStatusRecord> & { channel_login: string }): Promise<unknown> {
  const status = statusFixture({ channel_id: null, ...given })
  const messages = [{ key: status.channel_login, value: JSON.stringify(status) }]
  return producer.send({ topic: prefixed(installation.settings, channelStatusTopic.name), messages })
}

function client(
  options: Record<string, unknown> = {},
): Client & { frames: ChannelStats[]; statuses: ChannelStatus[] } {
  const socket: Client = io(url(), {
    transports: ['websocket'],
    forceNew: true,
    reconnection: false,
    ...options,
  })
  clients.push(socket)
  const seen = { frames: [] as ChannelStats[], statuses: [] as ChannelStatus[] }
  socket.on('stats', (stats) => seen.frames.push(stats))
  socket.on('status', (status) => seen.statuses.push(status))
  return Object.assign(socket, seen)
}

const subscribe = (socket: Client, channel: string) =>
  socket.emitWithAck('subscribe', channel) as Promise<SubscribeAck>

describe('live', () => {
  test('a subscription gets the current state, then every change, and renews the lease', async () => {
    const socket = client()
    const answer = await subscribe(socket, 'Live1')
    expect(answer).toMatchObject({
      ok: true,
      stats: null,
      live: null,
      status: { channel_login: 'live1', state: 'joining' },
    })
    await until(() => leased.includes('live1'), 'a lease')
    await publishStatus({ channel_login: 'live1', channel_id: '501' })
    await until(() => socket.statuses.at(-1)?.state === 'joined', 'the status')
    expect(socket.statuses.at(-1)).not.toHaveProperty('epoch')
    await until(() => socket.frames.at(-1)?.message_count === 0, 'zeros while the channel is silent')
    const frame = statsFixture({ channel_id: '501', channel_login: 'live1', revision: 7, message_count: 3 })
    await publishStats(frame)
    await until(() => socket.frames.at(-1)?.revision === 7, 'the frame')
    expect(socket.frames.at(-1)).toEqual(frame)
    expect(await subscribe(client({ transports: ['polling'] }), '501')).toMatchObject({
      ok: true,
      stats: { revision: 7 },
    })

    await socket.emitWithAck('unsubscribe', 'live1')
    await publishStats({ ...frame, revision: 8 })
    await until(
      async () => ((await body('/api/channels/live1/stats')) as ChannelStats).revision === 8,
      'the next frame',
    )
    expect(socket.frames.at(-1)?.revision).toBe(7)
  })

  test('after a rename, the id leads to the new login only', async () => {
    const [oldName, newName, byId] = [client(), client(), client()]
    await subscribe(oldName, 'oldname')
    await subscribe(newName, 'newname')
    await publishStatus({ channel_login: 'oldname', channel_id: '900', since: 10 })
    await until(() => oldName.statuses.at(-1)?.state === 'joined', 'joined under the old login')
    expect(await subscribe(byId, '900')).toMatchObject({ ok: true, status: { channel_login: 'oldname' } })
    const frame = statsFixture({ channel_id: '900', channel_login: 'oldname', revision: 7, message_count: 3 })
    await publishStats(frame)
    await until(
      () => oldName.frames.at(-1)?.revision === 7 && byId.frames.at(-1)?.revision === 7,
      'the frame',
    )

    await publishStatus({ channel_login: 'newname', channel_id: '900', since: 20 })
    await until(() => newName.frames.at(-1)?.revision === 7, 'what is known, under the new login')
    await publishStatus({ channel_login: 'oldname', channel_id: '900', since: 30, state: 'not_found' })
    await until(() => oldName.statuses.at(-1)?.state === 'not_found', 'gone')
    await publishStats({ ...frame, revision: 8 })
    await until(() => newName.frames.at(-1)?.revision === 8, 'a late frame of the old login')
    expect(newName.frames.map(({ channel_login }) => channel_login)).not.toContain('oldname')
    expect(oldName.frames.at(-1)?.revision).toBe(7)
    for (const name of ['newname', '900'])
      expect(await body(`/api/channels/${name}/stats`)).toMatchObject({
        channel_login: 'newname',
        revision: 8,
      })
    expect((await get('/api/channels/oldname/stats')).status).toBe(404)

    // The id led to the old login when it subscribed, so it leaves that room.
    expect(await byId.emitWithAck('unsubscribe', '900')).toMatchObject({
      status: { channel_login: 'oldname' },
    })
    expect(await subscribe(byId, '900')).toMatchObject({ status: { channel_login: 'newname' } })
    await publishStatus({ channel_login: 'oldname', channel_id: '900', since: 40, state: 'suspended' })
    await until(() => oldName.statuses.at(-1)?.state === 'suspended', 'the next status')
    expect(byId.statuses.map(({ state }) => state)).not.toContain('suspended')
    expect(await byId.emitWithAck('unsubscribe', '900')).toMatchObject({
      status: { channel_login: 'newname' },
    })
  })

  test('a login that was given to another account shows no figures of the old one', async () => {
    const socket = client()
    await subscribe(socket, 'taken')
    await publishStatus({ channel_login: 'taken', channel_id: '910', since: 10 })
    await publishStats(
      statsFixture({ channel_id: '910', channel_login: 'taken', revision: 5000, message_count: 9 }),
    )
    await until(() => socket.frames.at(-1)?.revision === 5000, 'the old account')
    const other = statsFixture({ channel_id: '911', channel_login: 'taken', revision: 3, message_count: 1 })
    await publishStats(other)
    await publishStatus({ channel_login: 'taken', channel_id: '911', since: 20 })
    await until(() => socket.frames.at(-1)?.channel_id === '911', 'the frame that came before its status')
    expect(socket.frames.at(-1)).toEqual(other)
    expect(await body('/api/channels/taken/stats')).toMatchObject({ channel_id: '911', revision: 3 })
    expect((await get('/api/channels/910/stats')).status).toBe(404)
  })

  test('a login of digits is reached with @, beside the id of the same digits', async () => {
    await publishStatus({ channel_login: 'digits', channel_id: '920' })
    await publishStatus({ channel_login: '920', channel_id: '7' })
    await until(async () => (await get('/api/channels/7/stats')).status === 200, 'joined')
    const loginOf = async (name: string) =>
      ((await body(`/api/channels/${encodeURIComponent(name)}/stats`)) as ChannelStats).channel_login
    expect(await loginOf('920')).toBe('digits')
    expect(await loginOf('@920')).toBe('920')
    const socket = client()
    expect(await subscribe(socket, '@920')).toMatchObject({ status: { channel_login: '920' } })
    expect(await subscribe(socket, '920')).toMatchObject({ status: { channel_login: 'digits' } })
    expect(await socket.emitWithAck('unsubscribe', '@920')).toMatchObject({
      status: { channel_login: '920' },
    })
    await publishStats(statsFixture({ channel_id: '7', channel_login: '920', revision: 9 }))
    await publishStats(statsFixture({ channel_id: '920', channel_login: 'digits', revision: 9 }))
    await until(() => socket.frames.at(-1)?.revision === 9, 'the frame')
    expect(socket.frames.filter(({ revision }) => revision === 9)).toMatchObject([
      { channel_login: 'digits' },
    ])
  })

  test('a subscriber receives `parted` when the record of its channel is deleted, and later statuses', async () => {
    const socket = client()
    await subscribe(socket, 'deleted')
    await publishStatus({ channel_login: 'deleted', state: 'not_found', epoch: 5 })
    await until(() => socket.statuses.at(-1)?.state === 'not_found', 'the status')
    await producer.send({
      topic: prefixed(installation.settings, channelStatusTopic.name),
      messages: [{ key: 'deleted', value: null }],
    })
    await until(() => socket.statuses.at(-1)?.state === 'parted', 'the deletion')
    expect((await get('/api/channels/deleted/stats')).status).toBe(404)
    expect(await subscribe(socket, 'deleted')).toMatchObject({ ok: true, status: { state: 'joining' } })
    await publishStatus({ channel_login: 'deleted', channel_id: '502', epoch: 6 })
    await until(() => socket.statuses.at(-1)?.state === 'joined', 'joined')
  })

  test('a subscriber receives viewers, title and category under the login that it subscribed to', async () => {
    const socket = client()
    const seen: ChannelLive[] = []
    socket.on('live', (live) => seen.push(live))
    await subscribe(socket, 'streamer')
    await publishStatus({ channel_login: 'streamer', channel_id: '503' })
    await until(() => socket.statuses.at(-1)?.state === 'joined', 'joined')
    const stream = { stream_id: '40', started_at: 1, title: 'Chess', category: 'Chess', viewers: 1234 }
    const live = { channel_id: '503', channel_login: 'earlier', checked_at: 5, stream }
    const publishLive = (value: ChannelLive) =>
      producer.send({
        topic: prefixed(installation.settings, channelLiveTopic.name),
        messages: [{ key: value.channel_id, value: JSON.stringify(value) }],
      })
    await publishLive(live)
    await publishLive({ ...live, checked_at: 4 })
    await publishLive({ ...live, checked_at: 6, stream: null })
    await until(() => seen.length === 2, 'both answers')
    expect(seen).toEqual([
      { ...live, channel_login: 'streamer' },
      { ...live, channel_login: 'streamer', checked_at: 6, stream: null },
    ])
  })

  test('refuses malformed and excessive requests of a socket', async () => {
    const socket = client()
    for (const name of ['', 'no spaces', '<script>', 5, null, { channel: 'x' }, ['a']]) {
      const answer = await subscribe(socket, name as string)
      expect(answer).toMatchObject({
        ok: false,
        error: { kind: expect.stringMatching(/^malformed_/) as string },
      })
    }
    socket.emit('subscribe', 'noack' as never, 'not a function' as never)
    for (let index = 0; index < 7; index++) expect((await subscribe(socket, `many${index}`)).ok).toBe(true)
    expect((await subscribe(socket, 'many0')).ok).toBe(true)
    expect(await subscribe(socket, 'many9')).toMatchObject({
      ok: false,
      error: { kind: 'too_many_channels' },
    })
    const flood = await Promise.all(Array.from({ length: 100 }, () => subscribe(socket, 'many0')))
    expect(
      flood.filter((answer) => !answer.ok && answer.error.kind === 'rate_limited').length,
    ).toBeGreaterThan(40)
  })

  test('refuses sockets of foreign origins, and too many of one address', async () => {
    const refused = client({ extraHeaders: { origin: 'https://evil.example' } })
    const allowed = client({ extraHeaders: { origin: 'https://allowed.example' } })
    await until(() => allowed.connected, 'an allowed origin')
    expect(refused.connected).toBe(false)
    const forwarded = { extraHeaders: { 'x-forwarded-for': '203.0.113.9' } }
    const crowd = Array.from({ length: 30 }, () => client(forwarded))
    await until(() => crowd.filter(({ connected }) => connected).length === 20, 'as many as are allowed')
    const other = client({ extraHeaders: { 'x-forwarded-for': '203.0.113.10' } })
    await until(() => other.connected, 'a client of another address')
    expect(crowd.filter(({ connected }) => connected)).toHaveLength(20)
    for (const socket of crowd) socket.disconnect()
  })

  test('a client that does not read skips intermediate frames and ends with the newest', async () => {
    const slow = client()
    const fast = client()
    await Promise.all([subscribe(slow, 'busy'), subscribe(fast, 'busy')])
    const tcp = tcpOf(slow)
    tcp.pause()
    const busy = { channel_id: '77', channel_login: 'busy' }
    await publishStatus(busy)
    await until(() => fast.statuses.at(-1)?.state === 'joined', 'joined')
    const closed = statsFixture({ ...busy, revision: 400, final: true })
    const big = Object.fromEntries(Array.from({ length: 10_000 }, (_, index) => [`kind-${index}`, index]))
    const open = (revision: number) =>
      statsFixture({ ...busy, window_start: windowMs, revision, message_count: revision, notices: big })
    // More than the socket buffers hold, in few requests: after two missed pings the slow client would be disconnected.
    for (let revision = 1; revision <= 300; revision += 3) {
      await publishStats(open(revision), open(revision + 1), open(revision + 2))
      // The previous window closes in between.
      if (revision === 151) await publishStats(closed)
    }
    await until(() => fast.frames.at(-1)?.revision === 300, 'the fast one')
    const held = Number(
      /gateway_packets_total\{what="replaced"\} (\d+)/.exec(await (await get('/metrics')).text())?.[1],
    )
    expect(held).toBeGreaterThan(0)
    tcp.resume()
    await until(
      () => slow.frames.some(({ revision }) => revision === 300) && slow.frames.some(({ final }) => final),
      'the slow one',
    )
    expect(slow.frames.length).toBeLessThan(fast.frames.length)
    expect(slow.frames.filter(({ final }) => final)).toEqual([closed])
    const revisions = slow.frames.filter(({ final }) => !final).map(({ revision }) => revision)
    expect(revisions).toEqual(revisions.toSorted((a, b) => a - b))
  })
})

/** The TCP socket of a client, to pause as if the client slept. */
function tcpOf(socket: Client): { pause(): void; resume(): void } {
  const engine = socket.io.engine as unknown as {
    transport: { ws: { _socket?: { pause(): void; resume(): void } } }
  }
  const tcp = engine.transport.ws._socket
  if (tcp === undefined) throw new Error('the client has no TCP socket to pause')
  return tcp
}

test('renews the lease of a channel only while a socket is subscribed', async () => {
  await using renewing = await start({ renewEveryMs: 100 })
  const at = `http://127.0.0.1:${renewing.port}`
  await until(async () => (await fetch(`${at}/api/health`)).status === 200, 'ready')
  const socket: Client = io(at, { transports: ['websocket'], forceNew: true, reconnection: false })
  clients.push(socket)
  const times = (login: string) => leased.filter((key) => key === login).length
  await subscribe(socket, 'kept')
  await subscribe(socket, 'left')
  await until(() => times('kept') >= 3 && times('left') >= 3, 'renewed')
  await socket.emitWithAck('unsubscribe', 'left')
  const [kept, left] = [times('kept'), times('left')]
  await until(() => times('kept') >= kept + 5, 'renewed again and again')
  // One renewal may have been in flight.
  expect(times('left')).toBeLessThanOrEqual(left + 1)
})

test('zeros follow the time of Twitch when the clock of this machine is ahead', async () => {
  await using fresh = await start({ renewEveryMs: 100 })
  const at = `http://127.0.0.1:${fresh.port}`
  await until(async () => (await fetch(`${at}/api/health`)).status === 200, 'ready')
  // In the middle of a window, so that no window ends during the test.
  const twitchMs = windowStart(Date.now()) - windowMs / 2
  const skewMs = twitchMs - Date.now()
  const quiet = { channel_login: 'quiet', channel_id: '940', since: twitchMs - 1000 - skewMs }
  const zeros = async () => {
    const read = channelStats.safeParse(await (await fetch(`${at}/api/channels/quiet/stats`)).json())
    return read.success ? read.data : undefined
  }
  await publishStatus(quiet)
  await until(async () => ((await zeros())?.window_start ?? 0) > twitchMs, 'by this machine’s clock')
  await publishStatus({ ...quiet, clock_skew_ms: skewMs })
  const corrected = await until(async () => {
    const stats = await zeros()
    return stats?.window_start === windowStart(twitchMs) ? stats : undefined
  }, 'by the skew that the status reports')
  expect(corrected.coverage).toMatchObject([{ from: twitchMs - 1000 }])
  await publishStatus(quiet)
  await until(async () => ((await zeros())?.window_start ?? 0) > twitchMs, 'by this machine’s clock again')
  const socket: Client = io(at, { transports: ['websocket'], forceNew: true, reconnection: false })
  clients.push(socket)
  const pushed: ChannelStats[] = []
  socket.on('stats', (stats) => pushed.push(stats))
  await subscribe(socket, 'quiet')
  const spoken = { channel_id: '941', channel_login: 'speaks', last_message_at: twitchMs }
  await publishStats(statsFixture({ ...spoken, window_start: windowStart(twitchMs), message_count: 1 }))
  await until(
    async () => (await zeros())?.window_start === windowStart(twitchMs),
    'by another channel’s frame',
  )
  await until(
    () => pushed.at(-1)?.window_start === windowStart(twitchMs),
    'pushed without a change of the status',
  )
})

test('keeps the windows of a joined channel rather than those of others', async () => {
  await using small = await start({ maxCachedWindows: 5 })
  const at = `http://127.0.0.1:${small.port}`
  await until(async () => (await fetch(`${at}/api/health`)).status === 200, 'ready')
  const shown = async () => {
    const read = channelStats.safeParse(await (await fetch(`${at}/api/channels/stays/stats`)).json())
    return read.success ? read.data.message_count : undefined
  }
  const taken = async () => {
    const text = await (await fetch(`${at}/metrics`)).text()
    return Number(/gateway_frames_total\{change="current"\} (\d+)/.exec(text)?.[1] ?? 0)
  }
  await publishStatus({ channel_login: 'stays', channel_id: '950' })
  // The topics are read apart: a frame that overtakes the status belongs to a channel that is not joined yet.
  await until(async () => (await shown()) !== undefined, 'the status')
  await publishStats(statsFixture({ channel_id: '950', channel_login: 'stays', message_count: 3 }))
  await until(async () => (await shown()) === 3, 'the window')
  const before = await taken()
  const others = Array.from({ length: 20 }, (_, index) =>
    statsFixture({ channel_id: `${96_000 + index}`, channel_login: `other${index}` }),
  )
  await publishStats(...others)
  await until(async () => (await taken()) >= before + others.length, 'the others')
  expect(await shown()).toBe(3)
})

test('health reports a clock skew and stays ok', async () => {
  await publishStatus({ channel_login: 'skewed', channel_id: '930', clock_skew_ms: -1_500_000 })
  const answer = await until(async () => {
    const answer = await get('/api/health')
    const read = health.parse(await answer.json())
    return read.clock_skew_ms === null ? undefined : { code: answer.status, ...read }
  }, 'the skew')
  expect(answer).toMatchObject({ code: 200, status: 'ok', clock_skew_ms: -1_500_000 })
  expect(await (await get('/metrics')).text()).toContain('gateway_clock_skew_seconds -1500\n')
  await publishStatus({ channel_login: 'skewed', channel_id: '930' })
  await until(
    async () => health.parse(await body('/api/health')).clock_skew_ms === null,
    'the clock is right',
  )
})

test('stops although a client does not answer', async () => {
  const stopping = await start()
  const at = `http://127.0.0.1:${stopping.port}`
  await until(async () => (await fetch(`${at}/api/health`)).status === 200, 'ready')
  const asleep: Client = io(at, { transports: ['websocket'], forceNew: true, reconnection: false })
  clients.push(asleep)
  await until(() => asleep.connected, 'connected')
  tcpOf(asleep).pause()
  await stopping[Symbol.asyncDispose]()
  await expect(fetch(`${at}/api/health`)).rejects.toThrow()
})

test('a start on a used port fails and leaves no connection open', async () => {
  const connections = () => process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap').length
  // Connections of other tests may end meanwhile, and none begins.
  const before = connections()
  await expect(start({}, { GATEWAY_PORT: gateway.port })).rejects.toThrow('EADDRINUSE')
  await until(() => connections() <= before, 'every connection closed')
  expect((await get('/api/health')).status).toBe(200)
})

test('logs which setting trusts a web on another machine', async () => {
  const lines: string[] = []
  const logger = createLogger('test', 'warn', { destination: { write: (line) => void lines.push(line) } })
  const config = {
    ...readConfig({ GATEWAY_TRUSTED_PROXIES: '192.0.2.1' }),
    ...installation.settings,
    GATEWAY_PORT: 0,
  }
  await using untrusting = await startGateway(config, logger)
  const headers = { 'x-forwarded-for': '203.0.113.9' }
  for (const path of ['/api/health', '/socket.io/?EIO=4&transport=polling'])
    await fetch(`http://127.0.0.1:${untrusting.port}${path}`, { headers })
  expect(lines.filter((line) => line.includes('set GATEWAY_TRUSTED_PROXIES=127.0.0.1'))).toHaveLength(1)
})

describe('REST', () => {
  test('every response matches its contract', async () => {
    await publishStatus({ channel_login: 'rested', channel_id: '601' })
    await publishStats(
      statsFixture({ channel_id: '601', channel_login: 'rested', window_start: windowMs, message_count: 4 }),
    )
    await until(
      async () => ((await body('/api/channels/RESTED/stats')) as ChannelStats).message_count === 4,
      'the window',
    )
    expect(channelStats.parse(await body('/api/channels/601/stats')).channel_login).toBe('rested')
    expect((await get(`/api/channels/rested/stats?window_start=${windowMs}`)).status).toBe(200)
    expect(
      channelList.parse(await body('/api/channels')).channels.map((channel) => channel.channel_login),
    ).toContain('rested')
    expect(health.parse(await body('/api/health')).status).toBe('ok')
    expect((await get('/livez')).status).toBe(200)
    await until(() => leased.includes('rested'), 'the lease that reading renews')
    await publishStatus({ channel_login: 'missing', state: 'not_found' })
    await until(
      async () => (await get('/api/channels/missing/stats')).status === 404 && leased.includes('missing'),
      'the lease of a channel that Twitch does not have',
    )
    const watched = await get('/api/channels/Watched/watch', { method: 'POST' })
    expect(watched.status).toBe(202)
    expect(watchAccepted.parse(await watched.json())).toMatchObject({ channel_login: 'watched' })
    await until(() => leased.includes('watched'), 'the lease')
    expect((await get('/api/channels/unwatched/stats')).status).toBe(404)
    expect(leased).not.toContain('unwatched')
  })

  test.each([
    ['/api/channels/no%20spaces/stats', 400, 'malformed_channel'],
    ['/api/channels/%E0%A4%A/stats', 400, 'malformed_request'],
    ['/api/channels/rested/stats?window_start=5', 400, 'malformed_request'],
    ['/api/channels/rested/stats?window_start=x', 400, 'malformed_request'],
    ['/api/channels/rested/stats?window_start=1200000', 404, 'window_not_found'],
    ['/api/channels/unrequested/stats', 404, 'channel_not_monitored'],
    ['/api/nothing', 404, 'route_not_found'],
    ['/', 404, 'route_not_found'],
  ])('%s is %i %s', async (path, status, kind) => {
    const response = await get(path)
    expect(response.status).toBe(status)
    expect(errorBody.parse(await response.json()).error.kind).toBe(kind)
  })

  test('refuses a request body above the limit', async () => {
    const watch = (body: string) => get('/api/channels/watched/watch', { method: 'POST', body })
    expect((await watch('{}')).status).toBe(202)
    const refused = await watch('x'.repeat(100_000))
    expect(refused.status).toBe(413)
    expect(errorBody.parse(await refused.json()).error.kind).toBe('payload_too_large')
  })

  test('serves exactly the routes of the OpenAPI document', async () => {
    interface Operation {
      parameters?: { name: string; in: string; required?: boolean; schema: { examples?: unknown[] } }[]
      requestBody?: unknown
    }
    const document = (await body('/api/openapi.json')) as { paths: Record<string, Record<string, Operation>> }
    const queryOf = ({ parameters = [] }: Operation) =>
      parameters
        .filter((parameter) => parameter.in === 'query' && parameter.required === true)
        .map(({ name, schema }, index) => `${index === 0 ? '?' : '&'}${name}=${String(schema.examples?.[0])}`)
        .join('')
    // No Cassandra answers here, no person can opt out, and no webhook leads to this machine.
    const missing = [
      'archive_unavailable',
      'opt_outs_unavailable',
      'job_not_found',
      'webhook_refused',
      'webhook_not_found',
    ]
    const given = (path: string) =>
      path === '/api/webhooks' ? { channel: 'rested', url: 'https://127.0.0.1/moments' } : { user_id: '1' }
    for (const [path, methods] of Object.entries(document.paths)) {
      for (const [method, operation] of Object.entries(methods)) {
        const filled = path.replace('{channel}', 'rested').replaceAll(/\{\w+\}/g, '1')
        const response = await get(filled + queryOf(operation), {
          method: method.toUpperCase(),
          ...(operation.requestBody === undefined ? {} : { body: JSON.stringify(given(path)) }),
        })
        const answer = (await response.json()) as { error?: { kind: string } }
        const isServed = response.ok || missing.includes(answer.error?.kind ?? '')
        expect(isServed, `${method} ${path}: ${JSON.stringify(answer)}`).toBe(true)
      }
    }
    const text = await (await get('/metrics')).text()
    const served = new Set(
      [...text.matchAll(/duration_seconds_count\{method="([A-Z]+)",route="(\/[a-z/:.-]+)"/g)].map(
        ([, method = '', route = '']) => `${method} ${route}`,
      ),
    )
    const documented = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`),
    )
    expect([...served].filter((route) => !/metrics|livez/.test(route)).sort()).toEqual(documented.sort())
  })

  test('limits the channels of an address over REST and Socket.IO together', async () => {
    const [one, another] = ['203.0.113.20', '203.0.113.21'].map((address) => ({
      'x-forwarded-for': address,
    }))
    const watch = (login: string, headers = one) =>
      get(`/api/channels/${login}/watch`, { method: 'POST', headers })
    const socket = client({ extraHeaders: one })
    for (let index = 0; index < 15; index++) {
      expect(await subscribe(socket, `turned${index}`)).toMatchObject({ ok: true })
      await socket.emitWithAck('unsubscribe', `turned${index}`)
      expect((await watch(`turned${15 + index}`)).status).toBe(202)
    }
    const refused = await watch('one_too_many')
    expect(refused.status).toBe(429)
    expect(errorBody.parse(await refused.json()).error.kind).toBe('rate_limited')
    expect(await subscribe(socket, 'one_too_many')).toMatchObject({
      ok: false,
      error: { kind: 'rate_limited', message: expect.stringContaining('30 different channels') as string },
    })
    expect(leased).not.toContain('one_too_many')
    expect((await watch('turned0')).status).toBe(202)
    expect(await subscribe(socket, 'turned29')).toMatchObject({ ok: true })
    expect((await watch('one_too_many', another)).status).toBe(202)
  })

  test('serves dead letters and metrics to operators only', async () => {
    const proxied = { headers: { 'x-forwarded-for': '203.0.113.9' } }
    for (const path of ['/metrics', '/operator/dead-letters']) {
      const refused = await get(path, proxied)
      expect(refused.status).toBe(401)
      expect(errorBody.parse(await refused.json()).error.kind).toBe('unauthorized')
    }
    await producer.send({
      topic: prefixed(installation.settings, channelStatusTopic.name),
      messages: [{ key: 'poisoned', value: '{"state":"of the future"}' }],
    })
    const kept = await until(async () => {
      const { dead_letters } = z
        .object({ dead_letters: z.array(deadLetter) })
        .parse(await body('/operator/dead-letters'))
      return dead_letters.find(({ topic }) => topic.endsWith(channelStatusTopic.name))
    }, 'the dead letter')
    expect(Buffer.from(kept.value_base64, 'base64').toString()).toBe('{"state":"of the future"}')
    expect(kept).toMatchObject({ reader: 'gateway' })
  })

  test('garbage on the socket ends only that socket', async () => {
    for (const garbage of [
      '\u0000\u0001\r\n\r\n',
      'GET / HTTP/9.9\r\n\r\n',
      'GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n',
    ]) {
      const socket = connect(gateway.port, '127.0.0.1')
      socket.on('error', () => undefined)
      socket.write(garbage)
      await new Promise((resolve) => socket.once('close', resolve).resume())
    }
    expect((await get('/api/health')).status).toBe(200)
  })
})
