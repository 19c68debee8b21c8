import { afterAll, beforeAll, expect, test } from 'vitest'
import { chatEvent, type ChatMessage } from '@chat-battle/contracts/records/chat-event'
import { emoteSetRecord, maxEmotesOfSet, setProviders } from '@chat-battle/contracts/records/emote-set'
import { chatMessagesTopic, emoteSetsTopic } from '@chat-battle/contracts/records/topics'
import type { TopicRecord } from '@chat-battle/runtime/kafka/record'
import { until } from '@chat-battle/testkit/testing'
import { privmsg } from '@chat-battle/twitch-stub/irc-text'
import { startTwitch, type TwitchServer } from '@chat-battle/twitch-stub/server'
import { configFor, readInstallation, type ReadInstallation } from '../ingest.fixture.ts'
import { startIngest } from '../service.ts'

let installation: ReadInstallation
const messages = new Map<string, ChatMessage>()
/** Sizes in bytes of the live records of `emote-sets`, by key. */
const setRecords = new Map<string, number>()
let probes = 0

beforeAll(async () => {
  installation = await readInstallation({
    [chatMessagesTopic.name]: keepMessage,
    [emoteSetsTopic.name]({ key, value }) {
      if (value === null) return void setRecords.delete(key)
      emoteSetRecord.parse(JSON.parse(value.toString()))
      setRecords.set(key, value.length)
    },
  })
})
afterAll(() => installation[Symbol.asyncDispose]())

function keepMessage({ value }: TopicRecord): void {
  const event = chatEvent.parse(JSON.parse(String(value)))
  if (event.type === 'message') messages.set(event.message_id, event)
}

async function start(twitch: TwitchServer, channel: string, more: Record<string, string> = {}) {
  const config = configFor(installation, twitch, [channel], { ...twitch.emoteSettings, ...more })
  const ingest = await startIngest(config, installation.logger)
  await until(() => twitch.connections().some(({ joined }) => joined.has(channel)), 'joined')
  return ingest
}

interface Said {
  login?: string
  bits?: number
  source?: { roomId: string; id: string }
}

/** The record that ingest makes of a message with this text. */
async function say(
  twitch: TwitchServer,
  channel: string,
  text: string,
  said: Said = {},
): Promise<ChatMessage> {
  const id = `${channel}-${++probes}`
  const person = { id: '5', login: 'ann', displayName: 'Ann', isSubscriber: false, badges: '', ...said }
  const room = { id: twitch.roomId(channel), login: channel }
  twitch.say(channel, privmsg(room, person, { id, timestamp: Date.now(), text, ...said }))
  return await until(() => messages.get(id), `the record of ${text}`)
}

/** As `provider name`, in the order of the text. */
async function found(...said: Parameters<typeof say>): Promise<string[]> {
  return (await say(...said)).emotes.map(({ provider, name }) => `${provider} ${name}`)
}

/** Waits until a text has its emotes. */
async function finds(expected: string[], ...said: Parameters<typeof say>): Promise<void> {
  await until(
    async () => (await found(...said)).join() === expected.join(),
    `${said[2]} has ${expected.join()}`,
  )
}

test('writes emotes and bots on messages, and goes on with the last good copy in an outage and after a restart', async () => {
  await using twitch = await startTwitch()
  const id = twitch.roomId('outage')
  twitch.emotes.sets['7tv'].set(id, [
    { id: '01A', name: 'Same' },
    { id: '01B', name: '!vote' },
  ])
  twitch.emotes.sets.bttv.set(id, [{ id: 'b1', name: 'Same' }])
  twitch.emotes.sets.ffz.set(id, [{ id: '9', name: 'Same' }])
  for (const provider of setProviders)
    twitch.emotes.sets[provider].set('global', [{ id: '1', name: `All${provider}` }])
  twitch.emotes.bttvBots.set(id, ['timerbot'])
  const text = '🎈 Same !vote all7tv All7tv Allbttv Allffz'
  const expected = ['ffz Same', '7tv !vote', '7tv All7tv', 'bttv Allbttv', 'ffz Allffz']
  const bots = { BOT_LOGINS: 'ourbot', NOT_BOT_LOGINS: 'nightbot' }
  const ingest = await start(twitch, 'outage', bots)
  try {
    await finds(expected, twitch, 'outage', text)
    expect((await say(twitch, 'outage', text)).emotes[0]).toEqual({
      id: '9',
      name: 'Same',
      provider: 'ffz',
      start: 2,
      end: 6,
    })
    const isBot = async (login: string) => (await say(twitch, 'outage', 'hi', { login })).is_bot
    expect(await Promise.all(['ann', 'timerbot', 'ourbot', 'moobot', 'nightbot'].map(isBot))).toEqual([
      false,
      true,
      true,
      true,
      false,
    ])
  } finally {
    await ingest[Symbol.asyncDispose]()
  }
  for (const [provider, mode] of [
    ['7tv', 'offline'],
    ['bttv', '500'],
    ['ffz', 'garbage'],
  ] as const)
    twitch.emotes.setMode(`${provider}-api`, mode)
  await using _again = await start(twitch, 'outage', bots)
  expect(await found(twitch, 'outage', text)).toEqual(expected)
  expect((await say(twitch, 'outage', 'hi', { login: 'timerbot' })).is_bot).toBe(true)
})

test('ignores the sets of a provider that is turned off', async () => {
  await using twitch = await startTwitch()
  const id = twitch.roomId('off')
  twitch.emotes.sets.bttv.set(id, [{ id: 'b1', name: 'Same' }])
  twitch.emotes.sets.ffz.set(id, [{ id: '9', name: 'Same' }])
  const ingest = await start(twitch, 'off')
  try {
    await finds(['ffz Same'], twitch, 'off', 'Same')
  } finally {
    await ingest[Symbol.asyncDispose]()
  }
  const before = twitch.emotes.requests.length
  await using _again = await start(twitch, 'off', { FFZ_API_URL: '' })
  expect(await found(twitch, 'off', 'Same')).toEqual(['bttv Same'])
  expect(twitch.emotes.requests.slice(before).filter(({ door }) => door === 'ffz-api')).toEqual([])
})

test("matches mirrored messages by their own channel's set, and fetches it", async () => {
  await using twitch = await startTwitch()
  twitch.emotes.sets.ffz.set(twitch.roomId('mirror'), [{ id: '8', name: 'Here' }])
  twitch.emotes.sets.ffz.set('424242', [{ id: '9', name: 'There' }])
  await using _ingest = await start(twitch, 'mirror')
  const mirrored = { source: { roomId: '424242', id: 'x' } }
  await finds(['ffz There'], twitch, 'mirror', 'Here There', mirrored)
  await finds(['ffz Here'], twitch, 'mirror', 'Here There')
})

test('keeps the greatest set in records below the limit', async () => {
  await using twitch = await startTwitch()
  const id = twitch.roomId('great')
  const many = Array.from({ length: maxEmotesOfSet }, (_, index) => ({
    id: String(10_000 + index),
    name: `great${index}`,
  }))
  twitch.emotes.sets.ffz.set(id, many)
  const ingest = await start(twitch, 'great')
  const parts = () => [...setRecords].filter(([key]) => key.startsWith(`${id}:ffz:`))
  try {
    await finds(['ffz great4999'], twitch, 'great', 'great4999 great5000')
  } finally {
    await ingest[Symbol.asyncDispose]()
  }
  const before = parts()
  expect(before.length).toBeGreaterThan(1)
  expect(Math.max(...before.map(([, bytes]) => bytes))).toBeLessThan(1_000_000)
  await using _again = await start(twitch, 'great')
  expect(await found(twitch, 'great', 'great0 great4999')).toEqual(['ffz great0', 'ffz great4999'])
})

test('only the ingest that covers a channel fetches its sets, and one fetches those of all', async () => {
  await using own = await readInstallation({ [chatMessagesTopic.name]: keepMessage })
  await using twitch = await startTwitch()
  const logins = Array.from({ length: 6 }, (_, index) => `shared${index}`)
  for (const login of logins) twitch.emotes.sets.ffz.set(twitch.roomId(login), [{ id: '9', name: 'Own' }])
  twitch.emotes.sets.ffz.set('global', [{ id: '8', name: 'All' }])
  const config = configFor(own, twitch, logins, twitch.emoteSettings)
  await using _one = await startIngest(config, own.logger)
  const findAll = async () => {
    for (const login of logins) await finds(['ffz Own', 'ffz All'], twitch, login, 'Own All')
  }
  await until(() => twitch.connections().some(({ joined }) => joined.size === logins.length), 'joined')
  await findAll()
  await using _other = await startIngest(config, own.logger)
  const isShared = () =>
    twitch.connections().length === 2 && twitch.connections().every(({ joined }) => joined.size > 0)
  await until(isShared, 'the channels are shared')
  await findAll()
  const paths = twitch.emotes.requests.filter(({ door }) => door === 'ffz-api').map(({ path }) => path)
  expect(paths.sort()).toEqual(
    [...logins.map((login) => `/v1/room/id/${twitch.roomId(login)}`), '/v1/set/global'].sort(),
  )
})
