import { afterAll, beforeAll, expect, test } from 'vitest'
import { chatMessagesTopic, topics } from '@chat-battle/contracts/records/topics'
import { createKafka, kafkaSettings } from '@chat-battle/runtime/kafka/client'
import { createProducer } from '@chat-battle/runtime/kafka/producer'
import { createLogger } from '@chat-battle/runtime/process/logger'
import { readSettings, SettingsError } from '@chat-battle/runtime/process/settings'
import { kafkaAnswers } from './kafka.ts'
import { freePort } from '@chat-battle/runtime/http/free-port'
import { provisionKafka } from '@chat-battle/provision/provision'
import { securedKafka, type Secured } from './secured.ts'
import { until } from '@chat-battle/testkit/testing'

/** All that a broker lets a client know that does not speak its protocol. */
const refusedSilently = /Closed connection|ECONNRESET/
let kafka: Secured

beforeAll(async () => {
  kafka = await securedKafka()
}, 80_000)
afterAll(() => kafka[Symbol.asyncDispose](), 15_000)

function connect(changes: NodeJS.ProcessEnv, options?: { retries: number }) {
  const settings = readSettings(kafkaSettings, { ...kafka.environment, ...changes })
  return createKafka('test', settings, createLogger('test', process.env.LOG_LEVEL ?? 'silent'), options)
}

test.for(['plain', 'scram-sha-256', 'scram-sha-512'])(
  'topics are made, written in a transaction, and read by %s',
  async (mechanism) => {
    const client = connect({ KAFKA_SASL_MECHANISM: mechanism })
    const prefix = `${mechanism}.`
    const topic = prefix + chatMessagesTopic.name
    await provisionKafka(client, { prefix, replication: 1 })
    const admin = client.admin()
    await admin.connect()
    expect(await admin.listTopics()).toEqual(expect.arrayContaining(topics.map(({ name }) => prefix + name)))
    await admin.disconnect()

    const producer = createProducer(client, { transactionalId: `${prefix}writer`, idempotent: true })
    await producer.connect()
    const transaction = await producer.transaction()
    await transaction.send({ topic, messages: [{ key: '1', value: 'hello' }] })
    await transaction.commit()
    await producer.disconnect()

    const read: string[] = []
    const consumer = client.consumer({ groupId: `${prefix}reader`, maxWaitTimeInMs: 100 })
    await consumer.connect()
    await consumer.subscribe({ topic, fromBeginning: true })
    await consumer.run({
      eachMessage: ({ message }) => {
        read.push(String(message.value))
        return Promise.resolve()
      },
    })
    await until(() => read.length > 0, 'the record')
    expect(read).toEqual(['hello'])
    await consumer.disconnect()
  },
)

test.for<[what: string, changes: () => NodeJS.ProcessEnv, problem: string | RegExp]>([
  [
    'a wrong password by PLAIN',
    () => ({ KAFKA_SASL_MECHANISM: 'plain', KAFKA_SASL_PASSWORD: 'x' }),
    'Invalid username or password',
  ],
  ['a wrong password by SCRAM', () => ({ KAFKA_SASL_PASSWORD: 'x' }), 'invalid credentials'],
  [
    'a wrong password by SCRAM with SHA-256',
    () => ({ KAFKA_SASL_MECHANISM: 'scram-sha-256', KAFKA_SASL_PASSWORD: 'x' }),
    'invalid credentials',
  ],
  ['no password at all', () => ({ KAFKA_SASL_MECHANISM: '' }), refusedSilently],
  ['no TLS', () => ({ KAFKA_TLS: 'false' }), refusedSilently],
  ['a certificate of an unknown authority', () => ({ KAFKA_TLS_CA_FILE: '' }), 'self-signed certificate'],
  [
    'a certificate for another host',
    () => ({ KAFKA_BROKERS: `127.0.0.1:${kafka.port}` }),
    "does not match certificate's altnames",
  ],
])('refused: %s', async ([, changes, problem]) => {
  const admin = connect(changes(), { retries: 0 }).admin()
  await expect(admin.connect().then(() => admin.listTopics())).rejects.toThrow(problem)
  await admin.disconnect()
})

test.for([
  ['no file', '/nowhere/ca.pem'],
  ['a file of something else', import.meta.filename],
])('the setting of the certificates is named where it says %s', ([, path]) => {
  const read = () => connect({ KAFKA_TLS_CA_FILE: path })
  expect(read).toThrow(SettingsError)
  expect(read).toThrow(`KAFKA_TLS_CA_FILE=${path}: expected a file of certificates in PEM`)
})

test('reports at once that a missing broker does not answer', async () => {
  expect(await kafkaAnswers(await freePort())).toBe(false)
}, 5000)
