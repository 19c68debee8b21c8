import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { testKeyspace } from '@chat-battle/testkit/testing'
import { createCassandra, type CassandraClient, type CassandraSettings } from './client.ts'
import { isCassandraAway, selectPage } from './select.ts'

let owned: AsyncDisposableStack
let client: CassandraClient
let settings: CassandraSettings
beforeAll(async () => {
  owned = new AsyncDisposableStack()
  ;({ settings } = owned.use(await testKeyspace()))
  client = connect(settings)
  await client.execute('DROP INDEX raw_chat_messages_mentions', [], { prepare: false })
})
afterAll(() => owned.disposeAsync())

function connect(to: CassandraSettings): CassandraClient {
  const connected = createCassandra(to)
  owned.defer(() => connected.shutdown())
  return connected
}

const read = (query: string, values: readonly unknown[] = [], on = client) =>
  selectPage(on, query, values, { pageSize: 10 }).then(
    () => 'answers',
    (error: unknown) => (isCassandraAway(error) ? 'away' : error),
  )
const ofWindow = 'FROM raw_chat_messages WHERE channel_id = ? AND window_start = ?'
const key = ['1001', new Date(0)]

test('a keyspace, table, column or index that is not created yet is away, and then answers', async () => {
  const missing = { ...settings, CASSANDRA_KEYSPACE: `t${randomUUID().slice(0, 8)}` }
  expect(await read('SELECT mentions FROM raw_chat_messages', [], connect(missing))).toBe('away')
  const byTable = 'SELECT a FROM later'
  expect(await read(byTable)).toBe('away')
  await client.execute('CREATE TABLE later (a text PRIMARY KEY)', [], { prepare: false })
  expect(await read(byTable)).toBe('answers')
  const byColumn = 'SELECT b FROM later'
  expect(await read(byColumn)).toBe('away')
  await client.execute('ALTER TABLE later ADD b text', [], { prepare: false })
  expect(await read(byColumn)).toBe('answers')
  const byIndex = `SELECT mentions ${ofWindow} AND mentions CONTAINS ?`
  expect(await read(byIndex, [...key, 'gg'])).toBe('away')
  const index = "CREATE INDEX raw_chat_messages_mentions ON raw_chat_messages (VALUES(mentions)) USING 'sai'"
  await client.execute(index, [], { prepare: false })
  await expect.poll(() => read(byIndex, [...key, 'gg']), { timeout: 20_000 }).toBe('answers')
})

test.each([
  ['a syntax error', 'SELECT FROM raw_chat_messages', []],
  ['a relation that the key does not allow', `SELECT mentions ${ofWindow} AND message_id > ?`, [...key, 'm']],
  ['a missing value', `SELECT mentions ${ofWindow}`, [key[0], null]],
  ['a value of another type', `SELECT mentions ${ofWindow}`, [1001, 'yesterday']],
])('%s is a fault of ours', async (_, query, values) => {
  expect(await read(query, values)).toBeInstanceOf(Error)
})
