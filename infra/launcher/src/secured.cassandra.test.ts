import { afterAll, beforeAll, expect, test } from 'vitest'
import { cassandraSettings, createCassandra } from '@chat-battle/runtime/cassandra/client'
import { readSettings, SettingsError } from '@chat-battle/runtime/process/settings'
import { provisionCassandra, singleCopy } from '@chat-battle/provision/provision'
import { securedCassandra, type Secured } from './secured.ts'

const running = new AsyncDisposableStack()
let cassandra: Secured

beforeAll(async () => {
  cassandra = await securedCassandra()
  running.use(cassandra)
}, 140_000)
afterAll(() => running.disposeAsync(), 15_000)

function given(changes: NodeJS.ProcessEnv) {
  return readSettings(cassandraSettings, { ...cassandra.environment, ...changes })
}

function connect(changes: NodeJS.ProcessEnv, options?: { withKeyspace: boolean }) {
  const client = createCassandra(given(changes), options)
  running.defer(() => client.shutdown())
  return client
}

test('creates the keyspace, and a role with MODIFY on it can write', async () => {
  const settings = given({})
  await provisionCassandra(settings, { replication: singleCopy(settings) })
  const owner = connect({})
  for (const statement of [
    "CREATE ROLE writer WITH LOGIN = true AND PASSWORD = 'a-password'",
    `GRANT MODIFY ON KEYSPACE ${settings.CASSANDRA_KEYSPACE} TO writer`,
  ])
    await owner.execute(statement, [], { prepare: false })

  const writer = connect({ CASSANDRA_USERNAME: 'writer', CASSANDRA_PASSWORD: 'a-password' })
  const insert = 'INSERT INTO channel_windows (channel_id, window_start, message_count) VALUES (?, ?, ?)'
  const select = 'SELECT message_count FROM channel_windows WHERE channel_id = ?'
  await writer.execute(insert, ['1', new Date(0), 7])
  await expect(writer.execute(select, ['1'])).rejects.toThrow('no SELECT permission')
  expect((await owner.execute(select, ['1'])).first().message_count).toBe(7)
})

test.for<[what: string, changes: () => NodeJS.ProcessEnv, problem: string | RegExp]>([
  [
    'a wrong password',
    () => ({ CASSANDRA_PASSWORD: 'x' }),
    'username cassandra and/or password are incorrect',
  ],
  ['no password at all', () => ({ CASSANDRA_USERNAME: '' }), 'requires authentication'],
  ['no TLS', () => ({ CASSANDRA_TLS: 'false' }), /ECONNRESET|Socket was closed/],
  ['a certificate of an unknown authority', () => ({ CASSANDRA_TLS_CA_FILE: '' }), 'self-signed certificate'],
  [
    'a certificate for another host',
    () => ({ CASSANDRA_CONTACT_POINTS: `127.0.0.1:${cassandra.port}` }),
    "does not match certificate's altnames",
  ],
])('refused: %s', async ([, changes, problem]) => {
  await expect(connect(changes(), { withKeyspace: false }).connect()).rejects.toThrow(problem)
})

test('reports a missing file of certificates with its setting', () => {
  const read = () => given({ CASSANDRA_TLS_CA_FILE: '/nowhere/ca.pem' })
  expect(read).toThrow(SettingsError)
  expect(read).toThrow('CASSANDRA_TLS_CA_FILE=/nowhere/ca.pem: expected a file of certificates in PEM')
})
