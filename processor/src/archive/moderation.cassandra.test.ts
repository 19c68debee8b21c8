import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ChatEvent } from '@chat-battle/contracts/records/chat-event'
import { momentKey, momentRecord, noLeading, type MomentRecord } from '@chat-battle/contracts/records/moment'
import { channelMomentsTopic, chatMessagesTopic } from '@chat-battle/contracts/records/topics'
import { windowMs, windowStart } from '@chat-battle/contracts/window'
import { prefixed } from '@chat-battle/runtime/kafka/client'
import { readWholeTopic } from '@chat-battle/runtime/kafka/topic-reader'
import { message, moderation } from '@chat-battle/statistics/chat-events.fixture'
import { until } from '@chat-battle/testkit/testing'
import { hash, startArchiveFixture, type ArchiveFixture } from './archive.fixture.ts'

const now = Date.now()
const columns =
  'emotes, message_id, user_id, username, display_name, color, message, mentions, badges, bits, is_anonymous, TTL(message) AS ttl'

let fixture: ArchiveFixture
let installation: ArchiveFixture['installation']
let reader: ArchiveFixture['reader']

beforeAll(async () => {
  fixture = await startArchiveFixture()
  ;({ installation, reader } = fixture)
})
afterAll(() => fixture[Symbol.asyncDispose]())

const start = () => fixture.start()

const produce = (...events: readonly ChatEvent[]) =>
  write(chatMessagesTopic.name, events, ({ channel_id }) => channel_id)

const write = <V>(topic: string, values: readonly V[], keyOf: (value: V) => string) =>
  fixture.produce(
    topic,
    values.map((value) => ({ key: keyOf(value), value: JSON.stringify(value) })),
  )

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
    message: `words of ${message_id} @Ann`,
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
  mentions: null,
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
  expect(rows.get('other')).toMatchObject({ user_id: '7', message: 'words of other @Ann' })
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
  expect(rows.get('other')).toMatchObject({ user_id: '8', message: 'words of other @Ann' })
  expect((await rowsOf('51', now + 1)).get('back')).toMatchObject({
    user_id: '7',
    message: 'words of back @Ann',
  })
  expect(await textOf('52', 'elsewhere')).toBe('words of elsewhere @Ann')
})

test('a person who is timed out again loses what was written since, in every window', async () => {
  await using _archive = await start()
  const first = now - 3 * windowMs
  await produce(say('57', 'a', {}, first), moderation(first, { channel_id: '57', action: 'timeout' }))
  await until(async () => (await textOf('57', 'a', first)) === '', 'the first timeout')
  const second = first + windowMs
  await produce(
    say('57', 'b', {}, second),
    say('57', 'c'),
    say('57', 'other', { user_id: '8' }),
    say('58', 'elsewhere'),
  )
  await until(async () => (await rowsOf('57')).size === 2 && (await rowsOf('58')).size === 1, 'archived')
  await produce(
    moderation(second, { channel_id: '57', action: 'timeout' }),
    moderation(now, { channel_id: '57', action: 'timeout' }),
  )
  await until(async () => (await textOf('57', 'c')) === '', 'the last timeout')
  await until(async () => (await textOf('57', 'b', second)) === '', 'the window between')
  expect((await rowsOf('57')).get('other')).toMatchObject({ user_id: '8', message: 'words of other @Ann' })
  expect(await textOf('58', 'elsewhere')).toBe('words of elsewhere @Ann')
})

test('clearing the chat takes the texts, and not who wrote them', async () => {
  await using _archive = await start()
  await produce(say('53', 'a'), say('53', 'b', { user_id: '8' }, now + 1))
  await until(async () => (await rowsOf('53')).has('a'), 'archived')
  await produce(moderation(now, { channel_id: '53', action: 'clear_chat', target_user_id: null }))
  await until(async () => (await textOf('53', 'a')) === '', 'the clearing')
  expect((await rowsOf('53')).get('a')).toMatchObject({ user_id: '7', username: 'seven', mentions: null })
  expect(await textOf('53', 'b', now + 1)).toBe('words of b @Ann')
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

const longAgo = now - 3 * windowMs

/** A moment of three samples, of which two are of person 7, and a phrase of four people. */
function moment(channel_id: string, start: number, end: number | null): MomentRecord {
  return {
    channel_id,
    channel_login: 'arena',
    start,
    peak: start,
    end,
    revision: 0,
    kind: 'chat',
    times_baseline: 5,
    message_count: 60,
    people: 40,
    leading: noLeading,
    samples: ['a first', 'a second', 'of another'],
    mood: null,
    sample_sources: ['first', 'second', 'other'].map((id) => ({
      message_id: `${channel_id}-${start}-${id}`,
      user_id: id === 'other' ? '8' : '7',
    })),
    leading_sources: [],
  }
}

/** The newest records of a channel's moments, and the samples, people and whole seconds to live of its rows, both by start. */
async function momentsOf(channel: string) {
  const records = new Map<number, MomentRecord>()
  const topic = prefixed(installation.settings, channelMomentsTopic.name)
  await using all = await readWholeTopic(installation.kafka, topic, installation.logger, ({ value }) => {
    const record = momentRecord.parse(JSON.parse(String(value)))
    if (record.channel_id === channel) records.set(record.start, record)
  })
  await all.caughtUp
  const query = 'SELECT start, texts, people, TTL(texts) AS ttl FROM channel_moments WHERE channel_id = ?'
  const { rows } = await reader.execute(query, [channel], { prepare: true })
  // The archive writes a row's figures and its texts by two statements.
  const whole = rows.filter(({ texts }) => texts !== null)
  const archived = new Map(
    whole.map(({ start, texts, people, ttl }) => [
      Number(start),
      {
        samples: (JSON.parse(String(texts)) as MomentRecord).samples,
        people: people as unknown,
        ttl: Number(ttl),
      },
    ]),
  )
  return { records, archived }
}

test('a moderation takes the samples of a moment of long ago, in the archive and for those who read the topic', async () => {
  await using _archive = await start()
  const [banned, deleted, other] = ['60', '61', '62']
  const moments = [banned, deleted, other].map((id) => moment(id, longAgo, longAgo + 20_000))
  const growing = moment(banned, longAgo + windowMs, null)
  await write(channelMomentsTopic.name, [...moments, growing], momentKey)
  await produce(say(deleted, `${deleted}-${longAgo}-first`, {}, longAgo))
  const isThere = async (id: string, starts: number) => (await momentsOf(id)).archived.size === starts
  await until(async () => (await isThere(banned, 2)) && (await isThere(other, 1)), 'the moments')
  await until(async () => (await rowsOf(deleted, longAgo)).size === 1, 'the message')
  const deletion = remove(deleted, `${deleted}-${longAgo}-first`)
  await produce(moderation(now, { channel_id: banned }), deletion, deletion)
  await until(
    async () => (await textOf(deleted, `${deleted}-${longAgo}-first`, longAgo)) === '',
    'the deletion',
  )
  await until(async () => (await momentsOf(banned)).archived.get(longAgo)?.samples.length === 1, 'the ban')

  const ofBanned = await momentsOf(banned)
  expect(ofBanned.archived.get(longAgo)).toMatchObject({ samples: ['of another'], people: ['8'] })
  expect(ofBanned.records.get(longAgo)).toMatchObject({ samples: ['of another'], message_count: 60 })
  expect(ofBanned.records.get(longAgo)?.revision).toBeGreaterThan(0)
  // A moment that lasts is the statistics' to write.
  expect(ofBanned.records.get(growing.start)).toEqual(growing)
  const ofDeleted = await momentsOf(deleted)
  expect(ofDeleted.archived.get(longAgo)?.samples).toEqual(['a second', 'of another'])
  expect(ofDeleted.records.get(longAgo)?.samples).toEqual(['a second', 'of another'])
  expect((await momentsOf(other)).records.get(longAgo)).toEqual(moments[2])
}, 30_000)

test('bans one after the other leave none of their texts, and no text lives longer', async () => {
  const [id, ttlS] = ['63', 3600]
  await using _archive = await start()
  await write(channelMomentsTopic.name, [moment(id, longAgo, longAgo + 20_000)], momentKey)
  const before = await until(async () => (await momentsOf(id)).archived.get(longAgo), 'the moment')
  const shorter =
    'UPDATE channel_moments USING TTL 900 SET texts = ?, people = ? WHERE channel_id = ? AND start = ?'
  const record = moment(id, longAgo, longAgo + 20_000)
  const { leading: _, ...kept } = record
  const texts = JSON.stringify({
    samples: kept.samples,
    sample_sources: kept.sample_sources,
    leading_sources: [],
    leading: null,
  })
  await reader.execute(shorter, [texts, ['7', '8'], id, new Date(longAgo)], { prepare: true })
  expect(before.ttl).toBeGreaterThan(ttlS - 60)
  await produce(
    moderation(now, { channel_id: id }),
    moderation(now, { channel_id: id, target_user_id: '8' }),
    say(id, 'end'),
  )
  await until(async () => (await momentsOf(id)).records.get(longAgo)?.samples.length === 0, 'the bans')
  // The archive reads its own records as well.
  await write(channelMomentsTopic.name, [moment(id, longAgo + windowMs, longAgo + windowMs)], momentKey)
  await until(async () => (await momentsOf(id)).archived.has(longAgo + windowMs), 'a later record')
  const after = (await momentsOf(id)).archived.get(longAgo)
  expect(after).toMatchObject({ samples: [], people: null })
  expect(after?.ttl).toBeLessThanOrEqual(900)
})

test('clearing the chat takes the samples of the moments of its window and the one before, and of no others', async () => {
  await using _archive = await start()
  const before = windowStart(now) - windowMs + 1000
  const moments = [longAgo, before].map((at) => moment('64', at, at + 20_000))
  await write(channelMomentsTopic.name, moments, momentKey)
  await until(async () => (await momentsOf('64')).archived.size === 2, 'the moments')
  await produce(moderation(now, { channel_id: '64', action: 'clear_chat', target_user_id: null }))
  await until(async () => (await momentsOf('64')).archived.get(before)?.samples.length === 0, 'the clearing')
  const { records } = await momentsOf('64')
  expect(records.get(before)).toMatchObject({ samples: [], sample_sources: [], message_count: 60 })
  expect(records.get(longAgo)).toEqual(moments[0])
})
