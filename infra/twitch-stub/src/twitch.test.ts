import { once } from 'node:events'
import { describe, expect, test, vi } from 'vitest'
import { WebSocket } from 'ws'
import { exactCount, ExactCounter } from './compare/exact-count.ts'
import { noAnswers } from './compare/third-party.ts'
import { simulatedNames, simulatedSets } from './emotes/emote-sets.ts'
import { compareWindow } from './compare/side-by-side.ts'
import { privmsg } from './irc-text.ts'
import { answer, derivedRoomId, newSession, type Rooms } from './protocol.ts'
import { replayStart, retimed } from './replay.ts'
import { startTwitch } from './server.ts'
import { simulateChannel } from './simulate.ts'
import { channelProfiles } from './simulated-channels.ts'

const rooms: Rooms = {
  roomId: derivedRoomId,
  isMissing: (login) => login === 'missing',
  isSuspended: (login) => login === 'suspended',
  isBanned: (login) => login === 'banned',
  isAtChannelLimit: () => false,
  mayLogIn: () => true,
  loginOf: (token) => (token === 'good' ? 'me' : undefined),
}

describe('the stand-in', () => {
  const session = newSession()
  const reply = (line: string) => answer(line, session, rooms).join('\n')

  test('accepts anonymous and known logins only', () => {
    expect(reply('NICK justinfan123')).toContain('001 justinfan123')
    session.token = 'oauth:bad'
    expect(reply('NICK somebody')).toContain('Login authentication failed')
    session.token = 'oauth:good'
    expect(reply('NICK somebody')).toContain('001 me')
  })

  test('joins a channel, ignores a missing one, and sends a NOTICE for a suspended one', () => {
    expect(reply('JOIN #arena')).toMatch(/JOIN #arena\n.*room-id=[0-9]+.*ROOMSTATE #arena\n.*353.*\n.*366/)
    expect(reply('JOIN #missing')).toBe('')
    expect(reply('JOIN #suspended')).toContain('msg_channel_suspended')
    expect([...session.joined]).toEqual(['arena'])
    expect(reply('PART #arena')).toContain('PART #arena')
    expect(reply('PING :x')).toContain('PONG tmi.twitch.tv :x')
    expect(reply('WHAT')).toContain('421')
  })
})

test('plays the same chat for the same seed', () => {
  const profile = channelProfiles[0]
  if (profile === undefined) throw new Error('no channelProfiles')
  const lines = (seed: number) => {
    const chat = simulateChannel(profile, { login: profile.login, id: '1' }, seed, 0)
    return Array.from({ length: 2000 }, () => chat.next().value)
  }
  expect(lines(1)).toEqual(lines(1))
  expect(lines(1)).not.toEqual(lines(2))
  const text = lines(1)
    .map(({ line }) => line)
    .join('\n')
  for (const kind of [
    'PRIVMSG',
    'CLEARCHAT',
    'CLEARMSG',
    'USERNOTICE',
    'ACTION',
    'bits=',
    'reply-parent-msg-id',
    'source-room-id',
    'nightbot',
  ]) {
    expect(text).toContain(kind)
  }
})

test('people of a simulated channel have a colour each, or none', () => {
  const profile = channelProfiles[0]
  if (profile === undefined) throw new Error('no profile')
  const chat = simulateChannel(profile, { login: profile.login, id: '1' }, 1, 0)
  const colors = new Map<string, Set<string>>()
  for (let count = 0; count < 2000; count++) {
    const [, color, id] = /;color=([^;]*);.*;user-id=([0-9]+) /.exec(chat.next().value.line) ?? []
    if (color === undefined || id === undefined) continue
    colors.set(id, (colors.get(id) ?? new Set()).add(color))
  }
  const distinct = new Set([...colors.values()].flatMap((each) => [...each]))
  expect(Math.max(...[...colors.values()].map(({ size }) => size))).toBe(1)
  expect(distinct.size).toBeGreaterThan(10)
  for (const color of distinct) expect(color).toMatch(/^(#[0-9A-F]{6})?$/)
  expect(distinct).toContain('')
})

test("people of a simulated channel write the emotes of its providers' sets, and those of others write none", () => {
  const room = { login: 'pixelparade', id: '7' }
  const sets = simulatedSets(() => room.id)
  const answers = { ...noAnswers, sets }
  const emotesWith = (thirdParty: string[]) => {
    const profile = channelProfiles.find(({ login }) => login === room.login)
    if (profile === undefined) throw new Error('no profile')
    const chat = simulateChannel({ ...profile, thirdParty }, room, 1, 600_000)
    const lines = Array.from({ length: 1500 }, () => chat.next().value.line)
    const counter = new ExactCounter(answers)
    for (const line of lines) counter.add(line)
    const [counted] = counter.counts.get(room.login)?.values() ?? []
    return new Set(counted?.top_emotes.map(({ provider }) => provider))
  }
  expect(emotesWith([])).toEqual(new Set(['twitch']))
  expect(emotesWith(simulatedNames(room.login)).size).toBeGreaterThan(1)
})

test('a replay keeps the lateness of lines, and never sends a timestamp of the future', () => {
  const recorded = [
    { tMs: 0, lateMs: 0, channel: 'a', line: '@id=1;tmi-sent-ts=5 :x PRIVMSG #a :tmi-sent-ts=7' },
    { tMs: 60_000, lateMs: 300, channel: 'a', line: '@tmi-sent-ts=6;id=2 :x PRIVMSG #a :b' },
  ]
  const start = replayStart(recorded, 10, 1_000_000)
  expect(start).toBe(946_000)
  expect(recorded.map((line) => retimed(line, start))).toEqual([
    '@id=1;tmi-sent-ts=946000 :x PRIVMSG #a :tmi-sent-ts=7',
    '@tmi-sent-ts=1005700;id=2 :x PRIVMSG #a :b',
  ])
})

test('counts a recording exactly, and shows differences', () => {
  const ann = { id: '1', login: 'ann', displayName: 'Ann', isSubscriber: true, badges: '' }
  const room = { login: 'arena', id: '5' }
  const line = privmsg(room, ann, {
    id: 'm1',
    timestamp: 600_001,
    text: 'Kappa x',
    emotes: '25:0-4,9-10',
    isFirst: true,
    bits: 3,
  })
  const counted = exactCount([line, line]).get('arena')?.get(600_000)
  expect(counted).toMatchObject({
    message_count: 1,
    unique_chatters: 1,
    first_time_chatters: 1,
    subscriber_messages: 1,
    bits: 3,
    top_emotes: [{ id: '25', count: 1, provider: 'twitch' }],
  })
  if (counted === undefined) return
  expect(compareWindow(counted, undefined).same).toBe(false)
})

test('ignores the JOIN of a channel that the simulation does not have', async () => {
  await using server = await startTwitch({ isKnown: (login) => login === 'known' })
  const client = new WebSocket(server.url)
  await once(client, 'open')
  const lines: string[] = []
  client.on('message', (data) => lines.push(String(data)))
  for (const line of ['NICK justinfan1', 'JOIN #unknown', 'JOIN #known']) client.send(line)
  await vi.waitFor(() => expect(lines.join('')).toContain('366'))
  expect(lines.join('')).toContain('#known')
  expect(lines.join('')).not.toContain('#unknown')
  client.terminate()
})
