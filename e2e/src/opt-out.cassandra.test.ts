import { afterAll, beforeAll, expect, test } from 'vitest'
import { callRoute } from '@chat-battle/contracts/rest/call-route'
import { getOptOut } from '@chat-battle/contracts/rest/routes/get-opt-out'
import { getStats } from '@chat-battle/contracts/rest/routes/get-stats'
import { requestOptOut } from '@chat-battle/contracts/rest/routes/request-opt-out'
import { chatMessagesTopic, topics } from '@chat-battle/contracts/records/topics'
import { windowMs, windowStart } from '@chat-battle/contracts/window'
import { readConfig as readGatewayConfig } from '@chat-battle/gateway/config'
import { startGateway, type Gateway } from '@chat-battle/gateway/service'
import { readConfig as readIngestConfig } from '@chat-battle/ingest/config'
import { startIngest } from '@chat-battle/ingest/service'
import { readConfig as readProcessorConfig } from '@chat-battle/processor/config'
import { startProcessor } from '@chat-battle/processor/service'
import { createCassandra } from '@chat-battle/runtime/cassandra/client'
import { prefixed } from '@chat-battle/runtime/kafka/client'
import { createProducer } from '@chat-battle/runtime/kafka/producer'
import { readWholeTopic } from '@chat-battle/runtime/kafka/topic-reader'
import { testInstallation, testKeyspace, until, windowLasts } from '@chat-battle/testkit/testing'
import { startTwitch, type TwitchServer } from '@chat-battle/twitch-stub/server'

const channel = 'arena'
const environment = { PERSON_HASH_SECRET: '1'.repeat(32), RATE_LIMIT_PER_MINUTE: '100000' }
/** The figures of the open window are compared before and after. */
const openForMs = 90_000
const person = ['70077', 'annabel'] as const
/** What must not be found anywhere once the person is removed: the id, the name and the texts. */
const traces = ['70077', 'annabel', 'a first secret', 'a second secret', 'a third secret']

const running = new AsyncDisposableStack()
let installation: Awaited<ReturnType<typeof testInstallation>>
let archive: ReturnType<typeof createCassandra>
let keyspaceName: string
let twitch: TwitchServer
let gateway: Gateway

beforeAll(async () => {
  installation = running.use(await testInstallation())
  const keyspace = running.use(await testKeyspace())
  const { logger, settings } = installation
  const servers = { ...settings, ...keyspace.settings }
  keyspaceName = keyspace.settings.CASSANDRA_KEYSPACE
  archive = createCassandra(keyspace.settings)
  running.defer(() => archive.shutdown())
  twitch = running.use(await startTwitch())
  const onAnyPort = {
    ...environment,
    GATEWAY_PORT: '0',
    INGEST_METRICS_PORT: '0',
    PROCESSOR_METRICS_PORT: '0',
  }
  const processor = { ...readProcessorConfig(onAnyPort), ...servers }
  running.use(await startProcessor(processor, logger, { optOutSettleMs: 2500 }))
  const fromTwitch = { ...twitch.emoteSettings, TWITCH_IRC_URL: twitch.url, MONITORED_CHANNELS: channel }
  running.use(
    await startIngest({ ...readIngestConfig({ ...onAnyPort, ...fromTwitch }), ...settings }, logger),
  )
  gateway = running.use(await startGateway({ ...readGatewayConfig(onAnyPort), ...servers }, logger))
  await until(() => twitch.connections().some(({ joined }) => joined.has(channel)), 'joined')
}, 120_000)
afterAll(() => running.disposeAsync(), 40_000)

function say(id: string, text: string, atMs: number, [userId, login]: readonly [string, string], tags = '') {
  const names = `badges=;display-name=${login};emotes=25:0-4;bits=5;id=${id};user-id=${userId}`
  twitch.say(
    channel,
    `@${names};room-id=${twitch.roomId(channel)};tmi-sent-ts=${atMs}${tags} :${login}!${login}@x PRIVMSG #${channel} :${text}`,
  )
}

function gift(atMs: number) {
  const about = `msg-param-recipient-id=${person[0]};msg-param-recipient-user-name=annabel;msg-param-months=3`
  twitch.say(
    channel,
    `@id=gift;msg-id=subgift;login=eight;user-id=8;display-name=Eight;room-id=${twitch.roomId(channel)};system-msg=Eight\\sgifted\\sAnnabel!;tmi-sent-ts=${atMs};${about} :tmi.twitch.tv USERNOTICE #${channel}`,
  )
}

const origin = () => ({ origin: `http://127.0.0.1:${gateway.port}` })
const stats = (window_start?: number) =>
  callRoute(
    getStats,
    { params: { channel }, query: window_start === undefined ? {} : { window_start } },
    origin(),
  )

/** Every row of every table as JSON, by table. */
async function everyRow(): Promise<Map<string, string>> {
  const query = 'SELECT table_name FROM system_schema.tables WHERE keyspace_name = ?'
  const tables = (await archive.execute(query, [keyspaceName])).rows.map((row) => String(row.table_name))
  const found = new Map<string, string>()
  for (const table of tables) {
    const { rows } = await archive.execute(`SELECT JSON * FROM ${keyspaceName}.${table}`)
    found.set(table, rows.map((row) => String(row['[json]'])).join('\n'))
  }
  return found
}

/** The last record of each key that is not deleted, as text, by topic. */
async function everyRecord(): Promise<Map<string, string>> {
  const { kafka, settings, logger } = installation
  const found = new Map<string, string>()
  for (const { name } of topics) {
    const live = new Map<string, string>()
    const each = await readWholeTopic(kafka, prefixed(settings, name), logger, ({ key, value, offset }) => {
      // The records of a topic that is not compacted stay until they expire.
      const place = name === chatMessagesTopic.name ? String(offset) : key
      if (value === null) live.delete(place)
      else live.set(place, `${key} ${value.toString('latin1')} ${decoded(value)}`)
    })
    await each.caughtUp
    await each[Symbol.asyncDispose]()
    found.set(name, [...live.values()].join('\n'))
  }
  return found
}

/** What a dead letter keeps of a record. */
function decoded(value: Buffer): string {
  const kept = /"value_base64":"([^"]*)"/.exec(value.toString('latin1'))?.[1] ?? ''
  return Buffer.from(kept, 'base64').toString()
}

function tracesIn(found: ReadonlyMap<string, string>): string[] {
  return [...found].flatMap(([name, text]) =>
    traces.filter((trace) => text.toLowerCase().includes(trace)).map((trace) => `${name}: ${trace}`),
  )
}

test('a person who opts out is in no record and no row any more, and stays counted', async () => {
  await windowLasts(openForMs)
  const now = Date.now()
  /** In a window that closes when the chat goes on. */
  const before = windowStart(now) - 2 * windowMs + 1000
  say('old', 'Kappa a first secret', before, person)
  say('old-other', '@Annabel you said so', before + 1, ['8', 'eight'])
  say('new', 'Kappa a second secret', now, person)
  say(
    'reply',
    '@annabel no',
    now + 1,
    ['8', 'eight'],
    `;reply-parent-msg-id=new;reply-parent-user-id=${person[0]};reply-parent-user-login=annabel`,
  )
  gift(now + 2)
  say('deleted', 'Kappa a third secret', now + 3, person)
  twitch.say(
    channel,
    `@login=annabel;room-id=${twitch.roomId(channel)};target-msg-id=deleted;tmi-sent-ts=${now + 4} :tmi.twitch.tv CLEARMSG #${channel} :a third secret`,
  )
  const undecodable = JSON.stringify({ type: 'message', user_id: person[0], message: 'a first secret' })
  const producer = createProducer(installation.kafka)
  await producer.connect()
  const input = prefixed(installation.settings, chatMessagesTopic.name)
  await producer.send({ topic: input, messages: [{ key: '1', value: undecodable }] })
  await producer.disconnect()
  await until(
    async () => tracesIn(await everyRecord()).includes('dead-letters: a first secret'),
    'a dead letter',
  )
  await until(async () => tracesIn(await everyRow()).includes('channel_windows: 70077'), 'the closed window')
  await until(async () => tracesIn(await everyRow()).includes('channel_events: annabel'), 'the events')
  await until(
    async () => !tracesIn(await everyRow()).includes('raw_chat_messages: a third secret'),
    'the deletion',
  )
  await until(async () => (await stats()).message_count === 3, 'the statistics')
  const [openBefore, closedBefore] = [await stats(), await stats(windowStart(before))]
  expect(openBefore.top_chatters.map(({ user_id }) => user_id)).toContain(person[0])
  expect(closedBefore).toMatchObject({ final: true, message_count: 2, unique_chatters: 2, bits: 10 })

  const { job } = await callRoute(requestOptOut, { body: { login: 'Annabel' } }, origin())
  const done = await until(async () => {
    const found = await callRoute(getOptOut, { params: { job } }, origin())
    return found.state === 'done' ? found : undefined
  }, 'done')
  expect(done.rewritten).toBeGreaterThan(5)

  const rows = await everyRow()
  expect(tracesIn(rows)).toEqual([])
  const records = await everyRecord()
  records.delete(chatMessagesTopic.name)
  expect(tracesIn(records)).toEqual([])
  expect(rows.get('raw_chat_messages')).toContain(job)

  say('later', 'Kappa a first secret', now + 5, person)
  const open = await until(async () => {
    const found = await stats()
    return found.message_count === 4 ? found : undefined
  }, 'the next message')
  const { message_count, unique_chatters, bits, top_chatters, most_replied_to, moderated_messages } = open
  expect({ message_count, unique_chatters, bits, moderated_messages }).toEqual({
    message_count: 4,
    unique_chatters: openBefore.unique_chatters,
    bits: openBefore.bits + 5,
    moderated_messages: 1,
  })
  expect([top_chatters, most_replied_to].flat().map((each) => each?.user_id)).toEqual(['8'])
  const closed = await stats(windowStart(before))
  expect(closed.top_chatters.map(({ user_id }) => user_id)).toEqual(['8'])
  expect(closed).toMatchObject({ final: true, message_count: 2, unique_chatters: 2, bits: 10 })
  await until(async () => (await everyRow()).get('raw_chat_messages')?.includes('"later"'), 'archived')
  expect(tracesIn(await everyRow())).toEqual([])
}, 240_000)
