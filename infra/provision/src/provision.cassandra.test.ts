import { afterAll, beforeAll, expect, test } from 'vitest'
import { chatMessagesTopic, topics } from '@chat-battle/contracts/records/topics'
import { createCassandra } from '@chat-battle/runtime/cassandra/client'
import { prefixed } from '@chat-battle/runtime/kafka/client'
import { fetchTopicConfigs, replaceTopicConfigs } from '@chat-battle/runtime/kafka/admin'
import { createProducer } from '@chat-battle/runtime/kafka/producer'
import { provisionCassandra, provisionKafka, ProvisionError, singleCopy } from './provision.ts'
import { testInstallation, testKeyspace, until } from '@chat-battle/testkit/testing'

const hourMs = 60 * 60 * 1000
/** To what compaction merges segments, at most: old records stay with the newer ones beside them. */
const mergedBytes = 16 * 1024 * 1024

let installation: Awaited<ReturnType<typeof testInstallation>>

beforeAll(async () => {
  installation = await testInstallation()
})
afterAll(() => installation[Symbol.asyncDispose]())

test('creates the topics of the contracts, and corrects their configuration on a second run', async () => {
  const { kafka, settings } = installation
  const admin = kafka.admin()
  await admin.connect()
  const names = topics.map((topic) => prefixed(settings, topic.name))
  const differing = { 'cleanup.policy': 'compact', 'retention.ms': '5' }
  await replaceTopicConfigs(
    admin,
    names.map((name) => ({ name, config: differing })),
  )
  await provisionKafka(kafka, { prefix: settings.KAFKA_PREFIX, replication: 1 })
  const configs = await fetchTopicConfigs(admin, names)
  for (const topic of topics) {
    const config = configs.get(prefixed(settings, topic.name))
    for (const [entry, value] of Object.entries(topic.config))
      expect(config?.get(entry), `${topic.name} ${entry}`).toBe(value)
    // Opt-outs and webhooks are kept for good, and so is the last good copy of an emote set.
    const isKept = ['opt-outs', 'emote-sets', 'webhooks'].includes(topic.name)
    // A closed segment goes when its newest record is old enough; before it is closed, it stays whatever its age.
    expect(config?.get('cleanup.policy')?.includes('delete'), topic.name).toBe(!isKept)
    expect(Number(config?.get('segment.ms')), topic.name).toBeLessThan(hourMs)
    expect(Number(config?.get('segment.bytes')) <= mergedBytes, topic.name).toBe(
      config?.get('cleanup.policy') !== 'delete',
    )
  }
  const { topics: found } = await admin.fetchTopicMetadata({
    topics: names,
  })
  for (const topic of topics) {
    expect(found.find((each) => each.name === prefixed(settings, topic.name))?.partitions).toHaveLength(
      topic.partitions,
    )
  }
  await admin.disconnect()
})

test('refuses a topic with another number of partitions, and reports what to do', async () => {
  const { kafka } = installation
  const admin = kafka.admin()
  await admin.connect()
  const prefix = `${installation.settings.KAFKA_PREFIX}wrong.`
  await admin.createTopics({ topics: [{ topic: prefix + chatMessagesTopic.name, numPartitions: 5 }] })
  await until(async () => (await admin.listTopics()).includes(prefix + chatMessagesTopic.name), 'the topic')
  const provisioning = provisionKafka(kafka, { prefix, replication: 1 })
  await expect(provisioning).rejects.toThrow(ProvisionError)
  await expect(provisioning).rejects.toThrow('5 partitions instead of 3')
  await admin.deleteTopics({ topics: [prefix + chatMessagesTopic.name] })
  await admin.disconnect()
})

test('keeps a channel in one partition in order, and spreads channels over all partitions', async () => {
  const { kafka, settings } = installation
  const topic = prefixed(settings, chatMessagesTopic.name)
  const producer = createProducer(kafka)
  await producer.connect()
  for (let round = 0; round < 20; round++) {
    await producer.send({
      topic,
      messages: Array.from({ length: 30 }, (_, channel) => ({ key: `${channel}`, value: `${round}` })),
    })
  }
  const read = new Map<string, { partitions: Set<number>; rounds: number[] }>()
  const consumer = kafka.consumer({ groupId: `${settings.KAFKA_PREFIX}order` })
  await consumer.connect()
  await consumer.subscribe({ topic, fromBeginning: true })
  let count = 0
  await consumer.run({
    eachMessage: ({ partition, message }) => {
      const channel = read.get(String(message.key)) ?? { partitions: new Set(), rounds: [] }
      read.set(String(message.key), channel)
      channel.partitions.add(partition)
      channel.rounds.push(Number(String(message.value)))
      count++
      return Promise.resolve()
    },
  })
  await until(() => count === 600, 'all records')
  for (const { partitions, rounds } of read.values()) {
    expect(partitions.size).toBe(1)
    expect(rounds).toEqual(Array.from({ length: 20 }, (_, round) => round))
  }
  expect(new Set([...read.values()].flatMap(({ partitions }) => [...partitions])).size).toBe(3)
  await consumer.disconnect()
  await producer.disconnect()
})

test('creates the keyspace and its tables, also on a second run', async () => {
  await using keyspace = await testKeyspace()
  const { settings } = keyspace
  await provisionCassandra(settings, { replication: singleCopy(settings) })
  const client = createCassandra(settings)
  await client.connect()
  const query =
    'SELECT default_time_to_live, compaction FROM system_schema.tables WHERE keyspace_name = ? AND table_name = ?'
  const { rows } = await client.execute(query, [settings.CASSANDRA_KEYSPACE, 'raw_chat_messages'])
  expect(rows[0]?.default_time_to_live).toBe(7 * 24 * 60 * 60)
  expect(String((rows[0]?.compaction as Record<string, string>).class)).toContain(
    'TimeWindowCompactionStrategy',
  )
  const keys =
    'SELECT column_name, kind, clustering_order FROM system_schema.columns WHERE keyspace_name = ? AND table_name = ?'
  const columns = await client.execute(keys, [settings.CASSANDRA_KEYSPACE, 'raw_chat_messages'])
  const kinds = Object.fromEntries(
    columns.rows.map((row) => [
      String(row.column_name),
      `${String(row.kind)} ${String(row.clustering_order)}`,
    ]),
  )
  expect(kinds).toMatchObject({
    channel_id: 'partition_key none',
    window_start: 'partition_key none',
    timestamp: 'clustering desc',
  })
  await client.shutdown()
})

test('brings an existing table to the retention of the settings', async () => {
  await using keyspace = await testKeyspace()
  const client = createCassandra(keyspace.settings)
  const query =
    'SELECT default_time_to_live FROM system_schema.tables WHERE keyspace_name = ? AND table_name = ?'
  for (const [hours, ttlS] of [
    [24, 24 * 60 * 60],
    [0, 7 * 24 * 60 * 60],
  ] as const) {
    const settings = { ...keyspace.settings, ARCHIVE_RETENTION_HOURS: hours }
    await provisionCassandra(settings, { replication: singleCopy(settings) })
    const { rows } = await client.execute(query, [settings.CASSANDRA_KEYSPACE, 'raw_chat_messages'])
    expect(rows).toMatchObject([{ default_time_to_live: ttlS }])
  }
  await client.shutdown()
})

test('takes the words and their index from a table of another version, and keeps its rows', async () => {
  await using keyspace = await testKeyspace()
  const { settings } = keyspace
  const client = createCassandra(settings)
  const table = `${settings.CASSANDRA_KEYSPACE}.raw_chat_messages`
  for (const statement of [
    `ALTER TABLE ${table} ADD words set<text>`,
    `CREATE INDEX raw_chat_messages_words ON ${table} (VALUES(words)) USING 'sai'`,
    `INSERT INTO ${table} (channel_id, window_start, timestamp, message_id, message, words) VALUES ('1', 0, 5, 'a', 'gg', {'gg'})`,
  ])
    await client.execute(statement, [], { prepare: false })
  for (let run = 0; run < 2; run++) await provisionCassandra(settings, { replication: singleCopy(settings) })
  const row = await client.execute(`SELECT * FROM ${table}`, [], { prepare: false })
  expect(row.rows).toMatchObject([{ message_id: 'a', message: 'gg' }])
  expect(row.columns.map(({ name }) => name)).not.toContain('words')
  const { rows } = await client.execute(
    'SELECT index_name FROM system_schema.indexes WHERE keyspace_name = ? AND table_name = ?',
    [settings.CASSANDRA_KEYSPACE, 'raw_chat_messages'],
  )
  const names = rows.map(({ index_name }) => String(index_name).replace('raw_chat_messages_', ''))
  expect(names.sort()).toEqual(['mentions', 'message', 'reply', 'user', 'username'])
  await client.shutdown()
})

test('adds missing columns to a table, and keeps its rows', async () => {
  await using keyspace = await testKeyspace()
  const { settings } = keyspace
  const client = createCassandra(settings)
  await client.connect()
  const table = `${settings.CASSANDRA_KEYSPACE}.channel_windows`
  const change = (statement: string) => client.execute(statement, [], { prepare: false })
  await change(`ALTER TABLE ${table} DROP (coverage, covered_ms)`)
  await client.execute(`INSERT INTO ${table} (channel_id, window_start, message_count) VALUES ('1', 0, 7)`)
  await provisionCassandra(settings, { replication: singleCopy(settings) })
  await provisionCassandra(settings, { replication: singleCopy(settings) })
  const again = createCassandra(settings)
  const { rows } = await again.execute(
    `SELECT message_count, coverage, covered_ms FROM ${table} WHERE channel_id = '1'`,
  )
  expect(rows).toMatchObject([{ message_count: 7, coverage: null, covered_ms: null }])
  await Promise.all([client.shutdown(), again.shutdown()])
})
