import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import type { Registry } from 'prom-client'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { chatEvent, type ChannelEvent } from '@chat-battle/contracts/records/chat-event'
import {
  channelStatsTopic,
  chatMessagesTopic,
  windowSummariesTopic,
} from '@chat-battle/contracts/records/topics'
import { emptyStats } from '@chat-battle/contracts/records/empty-stats'
import { windowMs, windowStart } from '@chat-battle/contracts/window'
import { provisionCassandra, singleCopy } from '@chat-battle/provision/provision'
import { until, windowLasts } from '@chat-battle/testkit/testing'
import { createCassandra } from '@chat-battle/runtime/cassandra/client'
import { createRegistry } from '@chat-battle/runtime/process/metrics'
import { message, moderation, notice, tick } from '@chat-battle/statistics/chat-events.fixture'
import { startArchiveFixture, type ArchiveFixture } from './archive.fixture.ts'
import type { ArchiveOptions } from './archive.ts'

let fixture: ArchiveFixture
let keyspace: ArchiveFixture['keyspace']
let reader: ArchiveFixture['reader']

beforeAll(async () => {
  fixture = await startArchiveFixture()
  ;({ keyspace, reader } = fixture)
})
afterAll(() => fixture[Symbol.asyncDispose]())

function start(
  contactPoints = keyspace.settings.CASSANDRA_CONTACT_POINTS,
  registry = createRegistry(),
  shouldYield = () => false,
): Promise<AsyncDisposable> {
  return startWith({
    cassandra: createCassandra({ ...keyspace.settings, CASSANDRA_CONTACT_POINTS: contactPoints }),
    registry,
    shouldYield,
  })
}

const startWith = (given: Partial<ArchiveOptions>) => fixture.start(given)
const produce = (topic: string, records: readonly { key: string; value: string }[]) =>
  fixture.produce(topic, records)
const produceOne = (event: ChannelEvent) => produce(chatMessagesTopic.name, asRecords([event]))

const sentAt = Date.now()
const say = (channel_id: string, from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) =>
    message(sentAt, { channel_id, message_id: `${channel_id}-${from + index}`, user_id: `u${index % 5}` }),
  )
const asRecords = (events: readonly ChannelEvent[]) =>
  events.map((event) => ({ key: event.channel_id, value: JSON.stringify(event) }))

async function rows(channelId: string): Promise<string[]> {
  const query = 'SELECT message_id FROM raw_chat_messages WHERE channel_id = ? AND window_start = ?'
  const { rows: found } = await reader.execute(query, [channelId, new Date(windowStart(sentAt))])
  return found.map((row) => String(row.message_id))
}

/** The value of a metric for the table of messages. */
async function counted(registry: Registry, metric: string): Promise<number> {
  const { values = [] } = (await registry.getSingleMetric(metric)?.get()) ?? {}
  return values.find(({ labels }) => labels.table === 'raw_chat_messages')?.value ?? 0
}

test('writes one row per message, also of repeated records, and finds it by person and by id', async () => {
  await using _archive = await start()
  const events = say('31', 0, 300)
  await produce(chatMessagesTopic.name, [
    ...asRecords([...events, tick(sentAt), ...events.slice(0, 100)]),
    { key: '31', value: 'deadLetters' },
    ...asRecords(say('31', 300, 301)),
  ])
  await until(async () => (await rows('31')).length >= 301, 'every row')
  expect(await rows('31')).toHaveLength(301)
  const person = await reader.execute('SELECT message_id FROM raw_chat_messages WHERE user_id = ?', ['u3'])
  expect(person.rowLength).toBe(60)
  const one = await reader.execute('SELECT user_id, message FROM raw_chat_messages WHERE message_id = ?', [
    '31-7',
  ])
  expect(one.first()).toMatchObject({ user_id: 'u2', message: 'hello' })
})

test('writes every other input record once, with its offset, and finds it by a person', async () => {
  await using _archive = await start()
  const inChannel = { channel_id: '39' }
  const raid = notice(sentAt, 'raid', { ...inChannel, message: 'hi all', params: { 'recipient-id': '812' } })
  await produce(
    chatMessagesTopic.name,
    asRecords([
      { ...tick(sentAt, sentAt - 5000), ...inChannel },
      ...say('39', 0, 1),
      raid,
      raid,
      moderation(sentAt, inChannel),
    ]),
  )
  const query =
    'SELECT type, at, input_offset, event FROM channel_events WHERE channel_id = ? AND window_start = ?'
  const found = async () => (await reader.execute(query, ['39', new Date(windowStart(sentAt))])).rows
  await until(async () => (await found()).length === 4, 'every record')
  const rows = await found()
  expect(rows.map(({ type }) => String(type))).toEqual(['moderation', 'notice', 'notice', 'tick'])
  const first = Number(rows[3]?.input_offset)
  expect(rows.map(({ input_offset }) => Number(input_offset) - first)).toEqual([4, 2, 3, 0])
  expect(rows.map(({ event }) => chatEvent.parse(JSON.parse(String(event))).type)).toHaveLength(4)
  expect(rows.map(({ event }) => String(event)).join()).not.toContain('hi all')
  const byPerson = 'SELECT type FROM channel_events WHERE user_ids CONTAINS ?'
  expect((await reader.execute(byPerson, ['812'])).rowLength).toBe(2)
})

test('keeps messages and events as long as the settings say', async () => {
  await using _archive = await start()
  const inChannel = { channel_id: '40' }
  await produce(chatMessagesTopic.name, asRecords([...say('40', 0, 1), notice(sentAt, 'raid', inChannel)]))
  await until(async () => (await rows('40')).length === 1, 'the message')
  const ttl = async (column: string, table: string) => {
    const query = `SELECT TTL(${column}) AS ttl FROM ${table} WHERE channel_id = ? AND window_start = ?`
    return Number((await reader.execute(query, ['40', new Date(windowStart(sentAt))])).first()?.ttl)
  }
  for (const [column, table] of [
    ['message', 'raw_chat_messages'],
    ['event', 'channel_events'],
  ] as const) {
    await until(async () => (await ttl(column, table)) > 0, table)
    expect(await ttl(column, table)).toBeGreaterThan(3500)
    expect(await ttl(column, table)).toBeLessThanOrEqual(3600)
  }
})

test('writes no message and no sentence where the settings keep figures only', async () => {
  await using _archive = await startWith({ messageTtlS: undefined })
  const raid = notice(sentAt, 'raid', { channel_id: '41', system_message: 'Seven is raiding' })
  await produce(chatMessagesTopic.name, asRecords([...say('41', 0, 3), raid]))
  const query = 'SELECT event FROM channel_events WHERE channel_id = ? AND window_start = ?'
  const events = async () => (await reader.execute(query, ['41', new Date(windowStart(sentAt))])).rows
  await until(async () => (await events()).length === 1, 'the raid')
  expect(String((await events())[0]?.event)).not.toContain('Seven is')
  expect(await rows('41')).toEqual([])
})

test('delays rows for more urgent work, but not indefinitely', async () => {
  const registry = createRegistry()
  const writtenWhenAsked: number[] = []
  let written = 0
  const shouldYield = () => {
    writtenWhenAsked.push(written)
    return true
  }
  await using _archive = await start(undefined, registry, shouldYield)
  await produce(chatMessagesTopic.name, asRecords(say('36', 0, 3)))
  await until(async () => {
    written = (await rows('36')).length
    return written === 3
  }, 'every row')
  // Checked repeatedly before the first row.
  expect(writtenWhenAsked.filter((count) => count === 0).length).toBeGreaterThan(3)
})

test('skips a message that does not fit its column, as a dead letter', async () => {
  const registry = createRegistry()
  await using _archive = await start(undefined, registry)
  await produce(
    chatMessagesTopic.name,
    asRecords(say('35', 0, 2).map((event, index) => ({ ...event, bits: index === 0 ? 2 ** 31 : 1 }))),
  )
  await until(async () => (await counted(registry, 'archive_rows_refused_total')) > 0, 'it is refused')
  await until(async () => (await rows('35')).length > 0, 'the other one')
  expect(await rows('35')).toEqual(['35-1'])
})

test('writes closed windows, and no open ones', async () => {
  await using _archive = await start()
  const stats = {
    ...emptyStats('32', 'arena', 600_000),
    revision: 5,
    final: true,
    message_count: 7,
    unique_chatters: 3,
  }
  const open = { ...stats, window_start: 1_200_000, window_end: 1_800_000, final: false }
  await produce(
    channelStatsTopic.name,
    [open, stats].map((value) => ({ key: '32', value: JSON.stringify(value) })),
  )
  const query =
    'SELECT window_start, message_count, unique_chatters, coverage, covered_ms FROM channel_windows WHERE channel_id = ?'
  await until(async () => (await reader.execute(query, ['32'])).rowLength > 0, 'the window')
  const { rows: found } = await reader.execute(query, ['32'])
  expect(found).toHaveLength(1)
  expect(found[0]).toMatchObject({ message_count: 7, unique_chatters: 3, window_start: new Date(600_000) })
})

test('adds the summary of a closed window to its row, and which channel has the login', async () => {
  await using _archive = await start()
  const stats = { ...emptyStats('40', 'renamed', 600_000), final: true, message_count: 7 }
  const summary = {
    channel_id: '40',
    channel_login: 'renamed',
    window_start: 600_000,
    revision: 3,
    final: true,
    sketch: Buffer.from([0, 1, 2, 3]).toString('base64'),
    emotes: { entries: [['25', 'Kappa', 4, 'twitch']], max_unlisted: 2, max_low: 1 },
    further_emotes: { entries: [['01HDUCK', 'duck', 2, '7tv']], max_unlisted: 1 },
    people: { entries: [], max_unlisted: 0, max_low: 0 },
    steps: { bits: [[3, 100]], moderated_messages: [] },
  }
  await produce(windowSummariesTopic.name, [{ key: '40:600000', value: JSON.stringify(summary) }])
  await produce(channelStatsTopic.name, [{ key: '40:600000:final', value: JSON.stringify(stats) }])
  const query =
    'SELECT message_count, sketch, emotes, further_emotes, TTL(further_emotes) AS further_ttl, people, steps FROM channel_windows WHERE channel_id = ?'
  const found = async () => (await reader.execute(query, ['40'])).rows[0]
  await until(async () => {
    const row = await found()
    return (
      row !== undefined && row.message_count !== null && row.sketch !== null && row.further_emotes !== null
    )
  }, 'both')
  expect(await found()).toMatchObject({
    message_count: 7,
    sketch: Buffer.from([0, 1, 2, 3]),
    emotes: JSON.stringify(summary.emotes),
    further_emotes: JSON.stringify(summary.further_emotes),
    people: JSON.stringify(summary.people),
    steps: JSON.stringify(summary.steps),
  })
  // Eight days, where the row has 90.
  const furtherTtl = Number((await found())?.further_ttl)
  expect(furtherTtl).toBeGreaterThan(690_000)
  expect(furtherTtl).toBeLessThanOrEqual(691_200)
  const byName = 'SELECT channel_id FROM channel_names WHERE channel_login = ?'
  await until(async () => (await reader.execute(byName, ['renamed'])).rowLength === 1, 'the name')
  expect((await reader.execute(byName, ['renamed'])).first()?.channel_id).toBe('40')
})

test('writes the coverage of a closed window, and nothing where it is unknown', async () => {
  await using _archive = await start()
  const closed = { ...emptyStats('37', 'arena', 0), final: true }
  const coverage = [
    { from: 600_000, to: 700_000 },
    { from: 900_000, to: 1_200_000 },
  ]
  const windows = [
    { ...closed, coverage: null },
    { ...closed, window_start: 600_000, window_end: 1_200_000, coverage },
    { ...closed, window_start: 1_200_000, window_end: 1_800_000, coverage: [] },
  ]
  await produce(
    channelStatsTopic.name,
    windows.map((value) => ({ key: `37:${value.window_start}:final`, value: JSON.stringify(value) })),
  )
  const query = 'SELECT coverage, covered_ms FROM channel_windows WHERE channel_id = ?'
  await until(async () => (await reader.execute(query, ['37'])).rowLength === windows.length, 'the windows')
  const { rows: found } = await reader.execute(query, ['37'])
  expect(found).toMatchObject([
    { coverage: '[]', covered_ms: 0 },
    { coverage: JSON.stringify(coverage), covered_ms: 400_000 },
    { coverage: null, covered_ms: null },
  ])
})

test('keeps the first record of a repeated message, and a deletion from before it is written', async () => {
  const [deleted, repeated] = say('38', 0, 2)
  if (deleted === undefined || repeated === undefined) throw new Error('two messages')
  const firstOffset = await produceOne({ ...repeated, message: 'hello @Ann' })
  await until(() => Date.now() > sentAt + 5, 'a later millisecond')
  await produce(
    chatMessagesTopic.name,
    asRecords([
      { ...deleted, message: 'hello @Ann' },
      { ...repeated, message: 'again', bits: 5 },
    ]),
  )
  const where = 'WHERE channel_id = ? AND window_start = ? AND timestamp = ? AND message_id = ?'
  const key = ['38', new Date(windowStart(sentAt)), new Date(sentAt), deleted.message_id]
  await reader.execute(`DELETE message, mentions FROM raw_chat_messages ${where}`, key)
  await using _archive = await start()
  await until(async () => (await rows('38')).length === 2, 'every row')
  const query =
    'SELECT message, bits, mentions, input_offset FROM raw_chat_messages WHERE channel_id = ? AND window_start = ?'
  const { rows: found } = await reader.execute(query, key.slice(0, 2))
  expect(found.map((row) => ({ ...row, input_offset: String(row.input_offset) }))).toEqual([
    { message: null, bits: 0, mentions: null, input_offset: String(Number(firstOffset) + 1) },
    { message: 'hello @Ann', bits: 0, mentions: ['ann'], input_offset: firstOffset },
  ])
})

test('notes where the records are that were appended in another window than that of their time', async () => {
  // The broker appends the records in the window of this time.
  await windowLasts(5000)
  const saidAt = Date.now()
  const late = saidAt - 3 * windowMs
  const inChannel = { channel_id: '30', channel_login: 'arena' }
  await produce(
    chatMessagesTopic.name,
    asRecords([
      message(late, { ...inChannel, message_id: 'late' }),
      message(saidAt, inChannel),
      { ...tick(null), ...inChannel },
      moderation(late + 1, inChannel),
    ]),
  )
  await using _archive = await start()
  const query = 'SELECT type, at, message_id FROM displaced_records WHERE channel_id = ? AND window_start = ?'
  const found = async () => (await reader.execute(query, ['30', new Date(windowStart(saidAt))])).rows
  await until(async () => (await found()).length === 2, 'both')
  expect((await found()).map((row) => ({ ...row }))).toEqual([
    { type: 'message', at: new Date(late), message_id: 'late' },
    { type: 'moderation', at: new Date(late + 1), message_id: null },
  ])
})

test('completes the archive after Cassandra was away', async () => {
  const [host = '', port = ''] = (keyspace.settings.CASSANDRA_CONTACT_POINTS[0] ?? '').split(':')
  const sockets = new Set<Socket>()
  let isCut = false
  const proxy = createServer((socket) => {
    const upstream = connect(Number(port), host)
    sockets.add(socket)
    for (const side of [socket, upstream]) side.on('error', () => undefined)
    if (isCut) return socket.destroy()
    socket.pipe(upstream).pipe(socket)
  })
  proxy.listen(0, '127.0.0.2')
  await once(proxy, 'listening')
  const registry = createRegistry()
  {
    await using _archive = await start([`127.0.0.2:${(proxy.address() as AddressInfo).port}`], registry)
    await produce(chatMessagesTopic.name, asRecords(say('33', 0, 200)))
    await until(async () => (await rows('33')).length === 200, 'the first rows')
    isCut = true
    for (const socket of sockets) socket.destroy()
    // The archive first reads what it has of a channel that it does not know yet.
    await produce(chatMessagesTopic.name, asRecords(say('39', 0, 10)))
    await until(async () => (await counted(registry, 'archive_retries_total')) > 0, 'a failed request')
    await produce(chatMessagesTopic.name, asRecords(say('33', 200, 1500)))
    isCut = false
    await until(async () => (await rows('33')).length === 1500, 'all rows')
    await until(async () => (await rows('39')).length === 10, 'the rows of the new channel')
  }
  proxy.close()
})

test('waits for a table that is not created yet', async () => {
  const table = `${keyspace.settings.CASSANDRA_KEYSPACE}.raw_chat_messages`
  await reader.execute(`DROP TABLE ${table}`, [], { prepare: false })
  const registry = createRegistry()
  await using _archive = await start(keyspace.settings.CASSANDRA_CONTACT_POINTS, registry)
  await produce(chatMessagesTopic.name, asRecords(say('34', 0, 50)))
  await until(async () => (await counted(registry, 'archive_retries_total')) > 0, 'a failed request')
  await provisionCassandra(keyspace.settings, { replication: singleCopy(keyspace.settings) })
  const again = createCassandra(keyspace.settings)
  const query = 'SELECT message_id FROM raw_chat_messages WHERE channel_id = ? AND window_start = ?'
  const found = () => again.execute(query, ['34', new Date(windowStart(sentAt))])
  await until(async () => (await found()).rowLength === 50, 'all rows')
  await again.shutdown()
})
