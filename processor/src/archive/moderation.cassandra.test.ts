import { afterAll, beforeAll, expect, test } from 'vitest'
import { nobody } from '@chat-battle/contracts/records/anonymise'
import type { ChatEvent } from '@chat-battle/contracts/records/chat-event'
import { chatMessagesTopic } from '@chat-battle/contracts/records/topics'
import { windowMs, windowStart } from '@chat-battle/contracts/window'
import { createCassandra } from '@chat-battle/runtime/cassandra/client'
import { prefixed } from '@chat-battle/runtime/kafka/client'
import { createProducer } from '@chat-battle/runtime/kafka/producer'
import { createRegistry } from '@chat-battle/runtime/process/metrics'
import { PersonHash } from '@chat-battle/runtime/process/person-hash'
import { message, moderation } from '@chat-battle/statistics/chat-events.fixture'
import { testInstallation, testKeyspace, until } from '@chat-battle/testkit/testing'
import { startArchive } from './archive.ts'

const hash = new PersonHash(['1'.repeat(32)])
const now = Date.now()
const columns =
  'emotes, message_id, user_id, username, display_name, color, message, words, badges, bits, is_anonymous, TTL(message) AS ttl'

let installation: Awaited<ReturnType<typeof testInstallation>>
let keyspace: Awaited<ReturnType<typeof testKeyspace>>
let reader: ReturnType<typeof createCassandra>

beforeAll(async () => {
  installation = await testInstallation()
  keyspace = await testKeyspace()
  reader = createCassandra(keyspace.settings)
})
afterAll(async () => {
  await reader.shutdown()
  await keyspace[Symbol.asyncDispose]()
  await installation[Symbol.asyncDispose]()
})

function start(): Promise<AsyncDisposable> {
  return startArchive({
    ...installation,
    cassandra: createCassandra(keyspace.settings),
    registry: createRegistry(),
    messageTtlS: 3600,
    optOuts: nobody,
    hash,
    shouldYield: () => false,
    onFatal: (error) => {
      throw error
    },
  })
}

async function produce(...events: readonly ChatEvent[]): Promise<void> {
  const producer = createProducer(installation.kafka)
  await producer.connect()
  const messages = events.map((event) => ({ key: event.channel_id, value: JSON.stringify(event) }))
  await producer.send({ topic: prefixed(installation.settings, chatMessagesTopic.name), messages })
  await producer.disconnect()
}

/** The rows of a channel's window, by message id. */
async function rowsOf(channel: string, atMs = now) {
  const query = `SELECT ${columns} FROM raw_chat_messages WHERE channel_id = ? AND window_start = ?`
  const { rows } = await reader.execute(query, [channel, new Date(windowStart(atMs))], { prepare: true })
  return new Map(rows.map((row) => [String(row.message_id), { ...row } as Record<string, unknown>]))
}

const say = (channel_id: string, message_id: string, given = {}, atMs = now) =>
  message(atMs, {
    emotes: [{ id: '25', name: 'Kappa', start: 3, end: 8, provider: 'twitch' }],
    channel_id,
    message_id,
    message: `words of ${message_id}`,
    bits: 3,
    badges: { vip: '1' },
    ...given,
  })
const remove = (channel_id: string, id: string) =>
  moderation(now, { channel_id, action: 'delete_message', target_user_id: null, target_message_id: id })

const removed = {
  emotes: JSON.stringify([{ id: '25', name: 'Kappa', start: 0, end: 0, provider: 'twitch' }]),
  user_id: hash.anonymousId('7'),
  username: '',
  display_name: '',
  color: null,
  message: '',
  words: null,
  badges: null,
  bits: 3,
  is_anonymous: true,
}
const textOf = async (channel: string, id: string, atMs = now) =>
  (await rowsOf(channel, atMs)).get(id)?.message

test('a deleted message loses its text and its author, also when it or a copy arrives later', async () => {
  await using _archive = await start()
  await produce(say('50', 'early'), say('50', 'other'))
  await until(async () => (await rowsOf('50')).size === 2, 'archived')
  await produce(
    remove('50', 'early'),
    remove('50', 'late'),
    say('50', 'early'),
    say('50', 'late'),
    say('50', 'end'),
  )
  await until(async () => (await rowsOf('50')).has('end'), 'the last message')
  await until(async () => (await textOf('50', 'early')) === '', 'the deletion')
  const rows = await rowsOf('50')
  expect(rows.get('early')).toMatchObject(removed)
  expect(Number(rows.get('early')?.ttl)).toBeLessThanOrEqual(3600)
  expect(rows.get('late')).toMatchObject({ ...removed, badges: null })
  expect(rows.get('other')).toMatchObject({ user_id: '7', message: 'words of other' })
})

test('a ban takes what the person wrote in this channel so far, in every window', async () => {
  await using _archive = await start()
  const before = now - 3 * windowMs
  await produce(
    say('51', 'old', {}, before),
    say('51', 'new'),
    say('51', 'other', { user_id: '8' }),
    say('52', 'elsewhere'),
  )
  await until(async () => (await rowsOf('52')).size === 1, 'archived')
  await produce(moderation(now, { channel_id: '51' }), say('51', 'back', {}, now + 1))
  await until(async () => (await textOf('51', 'old', before)) === '', 'the ban')
  const rows = await rowsOf('51')
  expect(rows.get('new')).toMatchObject(removed)
  expect(rows.get('other')).toMatchObject({ user_id: '8', message: 'words of other' })
  expect((await rowsOf('51', now + 1)).get('back')).toMatchObject({ user_id: '7', message: 'words of back' })
  expect(await textOf('52', 'elsewhere')).toBe('words of elsewhere')
})

test('clearing the chat takes the texts, and not who wrote them', async () => {
  await using _archive = await start()
  await produce(say('53', 'a'), say('53', 'b', { user_id: '8' }, now + 1))
  await until(async () => (await rowsOf('53')).has('a'), 'archived')
  await produce(moderation(now, { channel_id: '53', action: 'clear_chat', target_user_id: null }))
  await until(async () => (await textOf('53', 'a')) === '', 'the clearing')
  expect((await rowsOf('53')).get('a')).toMatchObject({ user_id: '7', username: 'seven', words: null })
  expect(await textOf('53', 'b', now + 1)).toBe('words of b')
})

test('an archive that restarts does not bring a text back', async () => {
  {
    await using _archive = await start()
    await produce(remove('54', 'late'), say('54', 'first'))
    await until(async () => (await rowsOf('54')).has('first'), 'archived')
  }
  await using _archive = await start()
  await produce(say('54', 'late'), say('54', 'end'))
  await until(async () => (await rowsOf('54')).has('end'), 'the last message')
  expect((await rowsOf('54')).get('late')).toMatchObject({ message: '', user_id: hash.anonymousId('7') })
})
