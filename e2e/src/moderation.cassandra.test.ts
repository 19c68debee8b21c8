import { io, type Socket } from 'socket.io-client'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ServerToClientEvents } from '@chat-battle/contracts/live/down'
import type { ClientToServerEvents } from '@chat-battle/contracts/live/up'
import { callRoute } from '@chat-battle/contracts/rest/call-route'
import { listMoments } from '@chat-battle/contracts/rest/routes/list-moments'
import { searchMessages } from '@chat-battle/contracts/rest/routes/search-messages'
import { until } from '@chat-battle/testkit/testing'
import { readEveryRow } from '@chat-battle/testkit/traces'
import { clearchat, clearmsg, privmsg, type Person } from '@chat-battle/twitch-stub/irc-text'
import { startWholeSystem, type WholeSystem } from './whole-system.fixture.ts'

const channel = 'arena'
const second = 1000
/** Four quiet minutes, twenty busy seconds, and two quiet minutes, all in the past. */
const from = Date.now() - 420 * second
const burstAt = from + 240 * second
const burstEnd = burstAt + 20 * second
const range = { from, to: from + 400 * second }

const owned = new AsyncDisposableStack()
let system: WholeSystem
beforeAll(async () => {
  system = await startWholeSystem(owned, channel)
}, 120_000)
afterAll(() => owned.disposeAsync(), 40_000)

const room = () => ({ login: channel, id: system.twitch.roomId(channel) })
const personOf = (id: number): Person => ({
  id: String(id),
  login: `person${id}`,
  displayName: `Person${id}`,
  isSubscriber: false,
  badges: '',
})
const textOf = (id: number) => `Kappa secret${id}`

function say(person: number, timestamp: number, id: string, text: string): void {
  system.twitch.say(channel, privmsg(room(), personOf(person), { id, timestamp, text, emotes: '25:0-4' }))
}

function chat(): void {
  const quiet = (fromMs: number, toMs: number) => {
    for (let at = fromMs; at < toMs; at += 2 * second)
      say(10 + (((at / second) % 20) | 0), at, `quiet-${at}`, 'Kappa hello')
  }
  quiet(from, burstAt)
  for (let index = 0; index < 60; index++)
    say(100 + index, burstAt + index * 333, `burst-${100 + index}`, textOf(100 + index))
  quiet(burstEnd, range.to)
}

const params = { channel }
const samples = async () => {
  const { moments } = await callRoute(listMoments, { params, query: range }, { origin: system.origin })
  return moments.flatMap((moment) => moment.samples)
}
const found = async (person: number) => {
  const query = { ...range, words: `secret${person}` }
  return (await callRoute(searchMessages, { params, query }, { origin: system.origin })).matched
}
const exported = async () => {
  const query = `from=${range.from}&to=${range.to}`
  return (await fetch(`${system.origin}/api/channels/${channel}/export?${query}`)).text()
}
const archived = async () => {
  const rows: string[] = []
  await readEveryRow(system.keyspace.settings, (table, row) => {
    if (table === 'raw_chat_messages') rows.push(row)
  })
  return rows.join('\n')
}

function connect() {
  const socket: Socket<ServerToClientEvents, ClientToServerEvents> = io(system.origin, {
    transports: ['websocket'],
    forceNew: true,
  })
  owned.defer(() => void socket.disconnect())
  return socket
}

/** The texts that a replay of the burst shows. */
async function replayed(): Promise<string> {
  const socket = connect()
  const texts: string[] = []
  let hasEnded = false
  socket.on('messages', ({ messages }) => texts.push(...messages.map(({ message }) => message)))
  socket.on('replay_state', ({ state }) => (hasEnded ||= state === 'ended'))
  const request = { channels: [channel], from: burstAt, to: burstEnd + 1, speed: 20 as const }
  expect(await socket.emitWithAck('replay', request)).toMatchObject({ ok: true })
  await until(() => hasEnded, 'the end of the replay')
  socket.disconnect()
  return texts.join('\n')
}

test('a deleted message, and those of a banned person, lose their text at every door', async () => {
  const [shown, removed]: [string[], string[]] = [[], []]
  const socket = connect()
  socket.on('messages', ({ messages }) => shown.push(...messages.map(({ message }) => message)))
  socket.on('removed', ({ message_ids, user_ids }) => removed.push(...message_ids, ...user_ids))
  expect(await socket.emitWithAck('subscribe_chat', channel)).toMatchObject({ ok: true })
  chat()
  await until(async () => (await samples()).length === 3, 'a moment with three samples')
  const [deleted = 0, banned = 0, other = 0] = (await samples()).map((text) => Number(text.slice(12)))
  await until(async () => (await archived()).includes(`quiet-${range.to - 2 * second}`), 'archived')
  const texts = [deleted, banned, other].map(textOf)
  for (const text of texts) expect(shown).toContain(text)
  for (const all of [await exported(), await archived(), await replayed()])
    for (const text of texts) expect(all).toContain(text)
  expect([await found(deleted), await found(banned), await found(other)]).toEqual([1, 1, 1])

  const now = Date.now()
  system.twitch.say(channel, clearmsg(room(), personOf(deleted), `burst-${deleted}`, now))
  system.twitch.say(channel, clearchat(room(), personOf(banned), now))
  const isGoneFrom = (all: string) => !all.includes(textOf(deleted)) && !all.includes(textOf(banned))
  await Promise.all([
    until(() => removed.includes(`burst-${deleted}`) && removed.includes(String(banned)), 'live chat'),
    until(async () => isGoneFrom((await samples()).join('\n')), 'moments'),
    until(async () => isGoneFrom(await archived()), 'the archive'),
    until(async () => (await found(deleted)) + (await found(banned)) === 0, 'search'),
    until(async () => isGoneFrom(await exported()), 'export'),
    until(async () => isGoneFrom(await replayed()), 'replay'),
  ])
  for (const all of [await exported(), await archived(), await replayed(), (await samples()).join('\n')])
    expect(all).toContain(textOf(other))
  expect(await found(other)).toBe(1)
}, 180_000)
