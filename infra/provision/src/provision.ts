import { createKeyspace, createTables, rawMessageTtlS } from '@chat-battle/contracts/archive/tables'
import { topics, type Topic } from '@chat-battle/contracts/records/topics'
import {
  createCassandra,
  messageTtlS,
  type CassandraClient,
  type CassandraSettings,
} from '@chat-battle/runtime/cassandra/client'
import {
  connectAdmin,
  createTopics,
  replaceTopicConfigs,
  type KafkaAdmin,
} from '@chat-battle/runtime/kafka/admin'
import type { KafkaClient } from '@chat-battle/runtime/kafka/client'

/** Thrown where what is there cannot be made what is wanted without losing something. */
export class ProvisionError extends Error {}

/** Creates the topics, or brings the configuration of those that exist to what the contracts say. */
export async function provisionKafka(
  kafka: KafkaClient,
  options: { prefix: string; replication: number },
): Promise<void> {
  await using admin = await connectAdmin(kafka)
  const existing = new Set(await admin.listTopics())
  const named = topics.map((topic) => ({ ...topic, name: options.prefix + topic.name }))
  await checkPartitions(
    admin,
    named.filter(({ name }) => existing.has(name)),
  )
  const missing = named.filter(({ name }) => !existing.has(name))
  await createTopics(
    admin,
    missing.map((topic) => ({ ...topic, replication: options.replication })),
  )
  await replaceTopicConfigs(admin, named)
}

/** A key's partition follows from their number, so it is never changed under a topic that is in use. */
async function checkPartitions(admin: KafkaAdmin, wanted: readonly Topic[]): Promise<void> {
  if (wanted.length === 0) return
  const metadata = await admin.fetchTopicMetadata({ topics: wanted.map(({ name }) => name) })
  const wrong = wanted.flatMap(({ name, partitions }) => {
    const found = metadata.topics.find((topic) => topic.name === name)?.partitions.length
    return found === partitions ? [] : [`${name} has ${found} partitions instead of ${partitions}`]
  })
  if (wrong.length > 0) {
    throw new ProvisionError(
      `${wrong.join('; ')}. Changing this would move channels between partitions: stop every service, delete these topics, and provision again`,
    )
  }
}

/** Creates the keyspace and its tables where they are missing. `replication`: CQL's replication map. */
export async function provisionCassandra(
  settings: CassandraSettings,
  options: { replication: string },
): Promise<void> {
  const client = createCassandra(settings, { withKeyspace: false })
  try {
    await client.connect()
    const statements = [
      createKeyspace(settings.CASSANDRA_KEYSPACE, options.replication),
      ...createTables(settings.CASSANDRA_KEYSPACE, messageTtlS(settings)),
    ]
    for (const statement of statements) await client.execute(statement, [], { prepare: false })
    await setRetention(client, settings)
  } finally {
    await client.shutdown()
  }
}

/** A table that exists keeps its retention; it gets that of the settings only where they differ, because a change takes a second. */
async function setRetention(client: CassandraClient, settings: CassandraSettings): Promise<void> {
  const [keyspace, table, ttlS] = [settings.CASSANDRA_KEYSPACE, 'raw_chat_messages', messageTtlS(settings)]
  const query =
    'SELECT default_time_to_live FROM system_schema.tables WHERE keyspace_name = ? AND table_name = ?'
  const found = (await client.execute(query, [keyspace, table])).first()
  const wanted = ttlS ?? rawMessageTtlS
  if (found?.default_time_to_live === wanted) return
  await client.execute(`ALTER TABLE ${keyspace}.${table} WITH default_time_to_live = ${wanted}`, [], {
    prepare: false,
  })
}

/** One copy in the data centre that the services talk to: what a single node can hold. */
export function singleCopy(settings: Pick<CassandraSettings, 'CASSANDRA_LOCAL_DATACENTER'>): string {
  return `{'class': 'NetworkTopologyStrategy', '${settings.CASSANDRA_LOCAL_DATACENTER}': 1}`
}
