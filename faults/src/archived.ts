import { createCassandra } from '@chat-battle/service/cassandra'
import type { Installation } from './installation.ts'

/** The ids of all archived messages, and in how many rows they are. */
export async function archivedIds({ settings }: Installation): Promise<{ ids: Set<string>; rows: number }> {
  const client = createCassandra(settings)
  const ids = new Set<string>()
  let rows = 0
  try {
    const found = await client.execute('SELECT message_id FROM raw_chat_messages', [], { fetchSize: 1000 })
    for await (const row of found) {
      rows++
      ids.add(String(row.message_id))
    }
    return { ids, rows }
  } finally {
    await client.shutdown()
  }
}
