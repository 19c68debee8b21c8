import { chatMessagesTopic, topics } from '@chat-battle/contracts/records/topics'
import { createCassandra, type CassandraSettings } from '@chat-battle/runtime/cassandra/client'
import { prefixed, type KafkaClient, type KafkaSettings } from '@chat-battle/runtime/kafka/client'
import { readWholeTopic } from '@chat-battle/runtime/kafka/topic-reader'
import type { Logger } from '@chat-battle/runtime/process/logger'

/** What an installation has of a person: each row of its tables, and each live record of its topics. */

/** Calls `onRow` with every row of every table as JSON. */
export async function readEveryRow(
  settings: CassandraSettings,
  onRow: (table: string, row: string) => void,
): Promise<void> {
  const client = createCassandra(settings)
  try {
    const query = 'SELECT table_name FROM system_schema.tables WHERE keyspace_name = ?'
    const tables = await client.execute(query, [settings.CASSANDRA_KEYSPACE])
    for (const { table_name } of tables.rows) {
      const table = String(table_name)
      const rows = await client.execute(`SELECT JSON * FROM ${table}`, [], { fetchSize: 1000 })
      for await (const row of rows) onRow(table, String(row['[json]']))
    }
  } finally {
    await client.shutdown()
  }
}

export interface TopicsToRead {
  readonly kafka: KafkaClient
  readonly settings: KafkaSettings
  readonly logger: Logger
}

/** The last record of each key that is not deleted, as text, by topic. The input is left out: its records stay until they expire. */
async function readEveryRecord({
  kafka,
  settings,
  logger,
}: TopicsToRead): Promise<Map<string, readonly string[]>> {
  const found = new Map<string, readonly string[]>()
  for (const { name } of topics) {
    if (name === chatMessagesTopic.name) continue
    const live = new Map<string, string>()
    await using reader = await readWholeTopic(kafka, prefixed(settings, name), logger, ({ key, value }) => {
      if (value === null) live.delete(key)
      else live.set(key, `${key} ${value.toString('latin1')} ${keptByDeadLetter(value)}`)
    })
    await reader.caughtUp
    found.set(name, [...live.values()])
  }
  return found
}

function keptByDeadLetter(value: Buffer): string {
  const kept = /"value_base64":"([^"]*)"/.exec(value.toString('latin1'))?.[1] ?? ''
  return Buffer.from(kept, 'base64').toString()
}

/** Which of the traces, in lower case, tables have: `table: trace`. */
export async function tracesInTables(
  settings: CassandraSettings,
  traces: readonly string[],
): Promise<string[]> {
  const found = new Set<string>()
  await readEveryRow(settings, (table, row) => note(found, table, row, traces))
  return [...found]
}

/** Which of the traces, in lower case, topics have: `topic: trace`. */
export async function tracesInTopics(topics: TopicsToRead, traces: readonly string[]): Promise<string[]> {
  const found = new Set<string>()
  for (const [name, records] of await readEveryRecord(topics))
    for (const record of records) note(found, name, record, traces)
  return [...found]
}

function note(found: Set<string>, place: string, text: string, traces: readonly string[]): void {
  const lower = text.toLowerCase()
  for (const trace of traces) if (lower.includes(trace)) found.add(`${place}: ${trace}`)
}
