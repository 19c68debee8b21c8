import { io, type Socket } from 'socket.io-client'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import type { ChatMessages, RemovedMessages, ServerToClientEvents } from '@chat-battle/contracts/live/down'
import type { ClientToServerEvents } from '@chat-battle/contracts/live/up'
import type { ChatEvent } from '@chat-battle/contracts/records/chat-event'
import { chatMessagesTopic, channelStatusTopic, optOutsTopic } from '@chat-battle/contracts/records/topics'
import { prefixed } from '@chat-battle/runtime/kafka/client'
import { createProducer, type KafkaProducer } from '@chat-battle/runtime/kafka/producer'
import { requestedOptOut } from '@chat-battle/runtime/process/opt-out-request'
import { PersonHash } from '@chat-battle/runtime/process/person-hash'
import { message, moderation } from '@chat-battle/statistics/chat-events.fixture'
import { proxiedKafka, type KafkaProxy } from '@chat-battle/testkit/kafka-proxy'
import { testInstallation, until } from '@chat-battle/testkit/testing'
import { readConfig } from './config.ts'
import { statusFixture } from './current/status.fixture.ts'
import { startGateway, type Gateway } from './service.ts'

const secret = 'a secret of at least 32 characters'
let installation: Awaited<ReturnType<typeof testInstallation>>
let producer: KafkaProducer
let proxy: KafkaProxy
let gateway: Gateway
const owned = new AsyncDisposableStack()

beforeAll(async () => {
  installation = owned.use(await testInstallation())
  producer = createProducer(installation.kafka)
  await producer.connect()
  owned.defer(() => producer.disconnect())
  proxy = owned.use(await proxiedKafka(installation)).proxy
  const status = statusFixture({ channel_login: 'arena', channel_id: '1001' })
  await send(channelStatusTopic.name, status.channel_login, status)
  gateway = owned.use(await startGateway(config(), installation.logger))
  await until(async () => (await metrics()).includes('gateway_sockets'), 'the gateway')
  await until(async () => (await fetch(`${url()}/api/health`)).status === 200, 'ready')
})
afterAll(() => owned.disposeAsync())

function config() {
  return {
    ...{ ...readConfig({}), ...installation.settings },
    ...{ GATEWAY_PORT: 0, KAFKA_BROKERS: [proxy.address], PERSON_HASH_SECRET: secret },
  }
}

const url = () => `http://127.0.0.1:${gateway.port}`
const metrics = async () => (await fetch(`${url()}/metrics`)).text()

/** Undefined: no such line yet. */
async function metric(line: string): Promise<number | undefined> {
  const found = (await metrics()).split('\n').find((each) => each.startsWith(`${line} `))
  return found === undefined ? undefined : Number(found.slice(line.length))
}

function send(topic: string, key: string, value: unknown): Promise<unknown> {
  return producer.send({
    topic: prefixed(installation.settings, topic),
    messages: [{ key, value: JSON.stringify(value) }],
  })
}

const say = (...events: ChatEvent[]) =>
  producer.send({
    topic: prefixed(installation.settings, chatMessagesTopic.name),
    messages: events.map((event) => ({ key: event.channel_id, value: JSON.stringify(event) })),
  })

function client() {
  const socket: Socket<ServerToClientEvents, ClientToServerEvents> = io(url(), {
    transports: ['websocket'],
    forceNew: true,
    reconnection: false,
  })
  onTestFinished(() => void socket.disconnect())
  const batches: ChatMessages[] = []
  const removed: RemovedMessages[] = []
  socket.on('messages', (batch) => batches.push(batch))
  socket.on('removed', (event) => removed.push(event))
  const ids = () => batches.flatMap(({ messages }) => messages.map(({ message_id }) => message_id))
  return { socket, batches, removed, ids }
}

test('a client gets what the input has of the channel, then what follows, also after Kafka was away', async () => {
  // The other channel shares the input's partitions.
  const of = (channel_id: string) => ({ channel_id, channel_login: `channel${channel_id}` })
  const others = Array.from({ length: 60 }, (_, index) => message(1000, of(`${2000 + (index % 6)}`)))
  await say(
    ...others,
    message(1000, { message_id: 'deleted' }),
    message(1000, { message_id: 'old' }),
    ...others,
  )
  await say(
    moderation(1001, { action: 'delete_message', target_user_id: null, target_message_id: 'deleted' }),
  )
  const one = client()
  expect(await one.socket.emitWithAck('subscribe_chat', 'Arena')).toMatchObject({ ok: true })
  await until(() => one.batches.length > 0, 'the start')
  expect(one.ids()).toEqual(['old'])
  expect(await metric('gateway_watched_chats')).toBe(1)
  expect(await metric('gateway_chat_records_total{what="decoded"}')).toBe(3)

  await say(message(1002, { message_id: 'new' }))
  await until(() => one.ids().includes('new'), 'a live message')

  // Every connection to Kafka is lost, and comes back.
  let lost = 0
  proxy.treat = () => {
    lost++
    return 'cut'
  }
  await until(() => lost > 10, 'lost connections')
  await say(message(1003, { message_id: 'meanwhile' }))
  proxy.treat = () => 'pass'
  await until(() => one.ids().includes('meanwhile'), 'what was written meanwhile')
  await say(moderation(1004, { action: 'timeout', target_user_id: '7' }))
  await until(() => one.removed.length > 0, 'a removal')
  expect(one.ids()).toEqual(['old', 'new', 'meanwhile'])

  // Nothing is read once the last client has left.
  const decoded = await metric('gateway_chat_records_total{what="decoded"}')
  await one.socket.emitWithAck('unsubscribe_chat', 'arena')
  await say(message(1005, { message_id: 'unwatched', user_id: '8' }))
  const other = client()
  await other.socket.emitWithAck('subscribe_chat', 'arena')
  await until(() => other.batches.length > 0, 'another start')
  expect(other.ids()).toEqual(['unwatched'])
  // Read back: five messages and two removals.
  expect(await metric('gateway_chat_records_total{what="decoded"}')).toBe((decoded ?? 0) + 7)
})

test('a person who opts out is removed from the chats of sockets, and is not shown any more', async () => {
  const lost = message(2000, { message_id: 'lost', user_id: '9', username: 'nine' })
  const reply_to = { message_id: 'lost', user_id: '9', username: 'nine', is_bot: false }
  await say(lost, message(2001, { message_id: 'reply', user_id: '8', message: '@nine yes', reply_to }))
  const one = client()
  await one.socket.emitWithAck('subscribe_chat', 'arena')
  await until(() => one.ids().includes('reply'), 'the start')
  expect(one.ids()).toContain('lost')
  const person = { userId: '9', names: ['nine'] }
  await send(optOutsTopic.name, ...requestedOptOut(new PersonHash([secret]), person, 'operator', 1))
  await until(() => one.removed.some(({ user_ids }) => user_ids.includes('9')), 'the removal')
  await say(
    message(2002, { message_id: 'later', user_id: '9', username: 'nine' }),
    message(2003, { message_id: 'last', user_id: '8' }),
  )
  await until(() => one.ids().includes('last'), 'what others write')
  const other = client()
  await other.socket.emitWithAck('subscribe_chat', 'arena')
  await until(() => other.ids().includes('last'), 'another start')
  expect(one.ids()).not.toContain('later')
  expect(other.ids()).toContain('reply')
  expect(JSON.stringify(other.batches)).not.toMatch(/nine|"9"/)
})

test('a gateway that starts knows the jobs of opt-outs that another one took', async () => {
  const person = { userId: '10', names: [] }
  const [job, value] = requestedOptOut(new PersonHash([secret]), person, 'operator', 1)
  await send(optOutsTopic.name, job, value)
  await using other = await startGateway(config(), installation.logger)
  const response = await fetch(`http://127.0.0.1:${other.port}/operator/opt-outs/${job}`)
  expect(await response.json()).toMatchObject({ job, state: 'running', rewritten: 0 })
})
