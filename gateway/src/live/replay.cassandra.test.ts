import { io, type Socket } from 'socket.io-client'
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest'
import type { ChatMessages, ServerToClientEvents } from '@chat-battle/contracts/live/down'
import type { ReplayState } from '@chat-battle/contracts/live/replay'
import type { ClientToServerEvents } from '@chat-battle/contracts/live/up'
import { channelStats, type ChannelStats } from '@chat-battle/contracts/records/channel-stats'
import { channelStatsTopic, chatMessagesTopic } from '@chat-battle/contracts/records/topics'
import { windowMs, windowStart } from '@chat-battle/contracts/window'
import { readConfig } from '@chat-battle/processor/config'
import { startProcessor } from '@chat-battle/processor/service'
import { createCassandra } from '@chat-battle/runtime/cassandra/client'
import { prefixed } from '@chat-battle/runtime/kafka/client'
import { createProducer } from '@chat-battle/runtime/kafka/producer'
import { readWholeTopic } from '@chat-battle/runtime/kafka/topic-reader'
import { personHashOf } from '@chat-battle/runtime/process/person-hash'
import { tick } from '@chat-battle/statistics/chat-events.fixture'
import { testInstallation, testKeyspace, until } from '@chat-battle/testkit/testing'
import { ArchiveReader } from '../archive/archive-reader.ts'
import { bannedPeople, busyChat } from '../replay/busy-chat.fixture.ts'
import { startLive } from './live.fixture.ts'

const within = { interval: 20, timeout: 30_000 }
const token = 'a-token-of-the-operator'
const secret = 'a secret of at least 32 characters'
/** The input is older than its append times: the broker stamps them now. */
const from = windowStart(Date.now()) - 8 * windowMs
const channels = ['1001', '1002']

const personHash = personHashOf({ PERSON_HASH_SECRET: secret })
let owned: AsyncDisposableStack
let archive: ArchiveReader
/** The final frames as they were live, by channel and start. */
const finals = new Map<string, ChannelStats>()

beforeAll(async () => {
  owned = new AsyncDisposableStack()
  const installation = owned.use(await testInstallation())
  const keyspace = owned.use(await testKeyspace())
  const settings = {
    ...installation.settings,
    ...keyspace.settings,
    PROCESSOR_METRICS_PORT: 0,
    PERSON_HASH_SECRET: secret,
  }
  owned.use(await startProcessor({ ...readConfig(), ...settings }, installation.logger))
  archive = owned.use(new ArchiveReader(createCassandra(keyspace.settings), installation.logger))
  const producer = createProducer(installation.kafka)
  await producer.connect()
  const events = busyChat(7, from, 5).map(({ event }) => event)
  const end = [
    { ...tick(from + 6 * windowMs), channel_id: '1001', channel_login: 'arena' },
    { ...tick(from + 6 * windowMs), channel_id: '1002', channel_login: 'other' },
  ]
  const messages = [...events, ...end].map((event) => ({
    key: event.channel_id,
    value: JSON.stringify(event),
  }))
  const topic = prefixed(installation.settings, chatMessagesTopic.name)
  // The topic takes batches of at most 1 MB.
  for (let next = 0; next < messages.length; next += 1000)
    await producer.send({ topic, messages: messages.slice(next, next + 1000) })
  await producer.disconnect()
  owned.use(
    await readWholeTopic(
      installation.kafka,
      prefixed(installation.settings, channelStatsTopic.name),
      installation.logger,
      ({ value }) => {
        const frame = channelStats.safeParse(JSON.parse(String(value))).data
        if (frame?.final === true) finals.set(`${frame.channel_id} ${frame.window_start}`, frame)
      },
    ),
  )
  await until(() => finals.size >= 2 * 5, 'every window is final')
  const count = async () => {
    const query = 'SELECT count(*) AS count FROM channel_events WHERE channel_id = ? AND window_start = ?'
    const found = channels.map((id) =>
      archive.page(query, [id, new Date(from + 6 * windowMs)], { pageSize: 1 }),
    )
    return (await Promise.all(found)).every(({ rows }) => Number(rows[0]?.count) === 1)
  }
  await until(count, 'everything is archived')
  // A replay has its channels' names from them.
  const hasWindows = async () => {
    const query = 'SELECT channel_login FROM channel_windows WHERE channel_id = ? LIMIT 1'
    const found = await Promise.all(channels.map((id) => archive.page(query, [id], { pageSize: 1 })))
    return found.every(({ rows }) => rows.length === 1)
  }
  await until(hasWindows, 'windows of each channel are archived')
})
afterAll(() => owned[Symbol.asyncDispose]())

type Client = Socket<ServerToClientEvents, ClientToServerEvents>

/** A socket, and what it received. */
async function connect(auth: object = {}, headers: Record<string, string> = {}, given = {}) {
  const real = await startLive(1000, { archive, operatorToken: token, personHash, ...given })
  onTestFinished(() => real.live.close())
  const open = (extraHeaders = headers) => {
    const socket: Client = io(real.url, {
      auth,
      transports: ['websocket'],
      forceNew: true,
      reconnection: false,
      extraHeaders,
    })
    onTestFinished(() => void socket.disconnect())
    return socket
  }
  const socket = open()
  const frames: ChannelStats[] = []
  const states: ReplayState[] = []
  const texts: ChatMessages[] = []
  socket.on('stats', (frame) => frames.push(frame))
  socket.on('replay_state', (state) => states.push(state))
  socket.on('messages', (messages) => texts.push(messages))
  return { ...real, open, socket, frames, states, texts }
}

/** The archive no longer names people who were banned later, so others take their places in these. */
const rankings = ['top_chatters', 'top_bots', 'most_replied_to'] as const
const withoutRankings = Object.fromEntries(rankings.map((name) => [name, []]))
const isNamed = ({ user_id }: { user_id: string }) => Number(user_id.slice(1)) >= bannedPeople

test('replays every window on a socket as it was live, field by field', async () => {
  const { socket, frames, states } = await connect()
  let compared = 0
  for (let start = from + windowMs; start < from + 4 * windowMs; start += windowMs) {
    const to = start + windowMs
    const ack = await socket.emitWithAck('replay', { channels, from: to - 1000, to, speed: 20 })
    if (!ack.ok) throw new Error(ack.error.message)
    await vi.waitFor(
      () => expect(states.at(-1)).toMatchObject({ replay_id: ack.replay_id, state: 'ended' }),
      within,
    )
    await socket.emitWithAck('replay_control', { replay_id: ack.replay_id, action: 'stop' })
    for (const channel of channels) {
      const live = finals.get(`${channel} ${start}`)
      expect(live?.message_count).toBeGreaterThan(100)
      const last = frames.findLast(
        ({ channel_id, window_start }) => channel_id === channel && window_start === start,
      )
      if (live === undefined || last === undefined) throw new Error('no frame')
      expect({ ...last, ...withoutRankings }).toEqual({ ...live, ...withoutRankings })
      for (const name of rankings) {
        const wanted = (live[name] ?? []).filter(isNamed)
        expect((last[name] ?? []).filter(isNamed).slice(0, wanted.length)).toEqual(wanted)
        compared += wanted.length
      }
    }
  }
  expect(compared).toBeGreaterThan(50)
})

const range = { from: from + windowMs, to: from + 2 * windowMs }

test('goes on by control, and shows texts to the operator alone', async () => {
  // A ban takes the texts of everything before it, so the last window has some.
  const lastWindow = { from: from + 4 * windowMs, to: from + 5 * windowMs }
  for (const [auth, showsTexts] of [
    [{}, false],
    [{ operator_token: 'wrong' }, false],
    [{ operator_token: token }, true],
  ] as const) {
    const { socket, states, texts, frames } = await connect(auth)
    const at = lastWindow.from + 30_000
    const ack = await socket.emitWithAck('replay', { channels: ['1001'], ...lastWindow, at })
    if (!ack.ok) throw new Error(ack.error.message)
    expect(ack.shows_texts).toBe(showsTexts)
    expect(states.filter(({ state }) => state === 'playing')[0]).toMatchObject({ at })
    const control = (given: object) =>
      socket.emitWithAck('replay_control', { replay_id: ack.replay_id, ...given } as never)
    expect(await control({ action: 'pause' })).toEqual(ack)
    for (const minute of [1, 3, 5, 7, 9]) {
      const at = lastWindow.from + minute * 60_000
      expect(await control({ action: 'seek', at })).toEqual(ack)
      await vi.waitFor(() => expect(states.at(-1)).toMatchObject({ state: 'paused', at }), within)
    }
    await vi.waitFor(() => expect(frames.at(-1)?.message_count).toBeGreaterThan(50), within)
    expect(texts.length > 0).toBe(showsTexts)
  }
})

test.each<[string, unknown, string]>([
  ['no argument', undefined, 'malformed_request'],
  ['no channel', { channels: [], ...range }, 'malformed_request'],
  ['too many channels', { channels: ['1', '2', '3', '4', '5'], ...range }, 'malformed_request'],
  ['one channel twice', { channels: ['1001', '#1001'], ...range }, 'malformed_request'],
  ['an odd name', { channels: ['a b'], ...range }, 'malformed_channel'],
  ['a channel whose id is not known', { channels: ['nobody'], ...range }, 'channel_not_monitored'],
  ['another speed', { channels: ['1001'], ...range, speed: 3 }, 'malformed_request'],
  ['an empty range', { channels: ['1001'], from: range.to, to: range.from }, 'range_not_served'],
  ['a beginning outside the range', { channels: ['1001'], ...range, at: range.to }, 'malformed_request'],
  ['a range of two days', { channels: ['1001'], from: 0, to: 288 * windowMs }, 'range_not_served'],
])('refuses %s', async (_, request, kind) => {
  const { socket } = await connect()
  expect(await socket.emitWithAck('replay', request as never)).toMatchObject({ ok: false, error: { kind } })
})

test('starts one of two replays that a socket requests at once', async () => {
  const { socket } = await connect()
  const request = { channels: ['1001'], ...range }
  const acks = await Promise.all([
    socket.emitWithAck('replay', request),
    socket.emitWithAck('replay', request),
  ])
  expect(acks.filter(({ ok }) => ok)).toHaveLength(1)
  expect(acks.find(({ ok }) => !ok)).toMatchObject({ error: { kind: 'malformed_request' } })
})

test('refuses garbage as control, and times outside the range', async () => {
  const { socket } = await connect()
  const refused = { ok: false, error: { kind: 'malformed_request' } }
  const send = (argument: unknown) => socket.emitWithAck('replay_control', argument as never)
  expect(await send({ replay_id: 'x', action: 'stop' })).toMatchObject(refused)
  const ack = await socket.emitWithAck('replay', { channels: ['1001'], ...range })
  const replay_id = ack.ok ? ack.replay_id : ''
  for (const argument of [
    undefined,
    { replay_id, action: 'fly' },
    { replay_id, action: 'seek' },
    { replay_id, action: 'seek', at: range.to },
    { replay_id, action: 'speed' },
    { replay_id: 'x', action: 'stop' },
  ])
    expect(await send(argument)).toMatchObject(refused)
  expect(await send({ replay_id, action: 'stop' })).toEqual(ack)
  expect(await send({ replay_id, action: 'resume' })).toMatchObject(refused)
})

test('keeps replays and subscriptions on sockets of their own', async () => {
  const { socket } = await connect()
  const refused = { ok: false, error: { kind: 'malformed_request' } }
  await socket.emitWithAck('subscribe', 'arena')
  expect(await socket.emitWithAck('replay', { channels: ['1001'], ...range })).toMatchObject(refused)
  await socket.emitWithAck('unsubscribe', 'arena')
  expect(await socket.emitWithAck('replay', { channels: ['1001'], ...range })).toMatchObject({ ok: true })
  expect(await socket.emitWithAck('replay', { channels: ['1001'], ...range })).toMatchObject(refused)
  expect(await socket.emitWithAck('subscribe', 'arena')).toMatchObject(refused)
})

test('limits the replays of an address, and gives the place of a closed socket to the next', async () => {
  const { open } = await connect()
  const start = (socket: Client) => socket.emitWithAck('replay', { channels: ['1001'], ...range })
  const sockets = Array.from({ length: 5 }, () => open({ 'x-forwarded-for': '203.0.113.1' }))
  const answers = await Promise.all(sockets.map(start))
  expect(answers.filter(({ ok }) => ok)).toHaveLength(4)
  expect(answers.find(({ ok }) => !ok)).toMatchObject({ error: { kind: 'rate_limited' } })
  expect(await start(open({ 'x-forwarded-for': '203.0.113.2' }))).toMatchObject({ ok: true })
  sockets[answers.findIndex(({ ok }) => ok)]?.disconnect()
  const another = open({ 'x-forwarded-for': '203.0.113.1' })
  await vi.waitFor(async () => expect(await start(another)).toMatchObject({ ok: true }), within)
})
