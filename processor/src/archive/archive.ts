import type { Registry } from 'prom-client'
import { channelStats } from '@chat-battle/contracts/records/channel-stats'
import { chatEvent } from '@chat-battle/contracts/records/chat-event'
import { channelStatsTopic, chatMessagesTopic } from '@chat-battle/contracts/records/topics'
import type { CassandraClient } from '@chat-battle/runtime/cassandra/client'
import { prefixed, type KafkaClient, type KafkaSettings } from '@chat-battle/runtime/kafka/client'
import type { Logger } from '@chat-battle/runtime/process/logger'
import type { DeadLetters } from '@chat-battle/runtime/kafka/dead-letters'
import { ClosedTogether, startOwned } from '@chat-battle/runtime/process/owned'
import { createTopicArchive, type TopicArchive } from './archive-topic.ts'
import { createArchiveMetrics } from './metrics.ts'
import { messageRow, windowRow } from './rows.ts'

export interface ArchiveOptions {
  kafka: KafkaClient
  settings: KafkaSettings
  cassandra: CassandraClient
  logger: Logger
  registry: Registry
  deadLetters: DeadLetters
  /** Whether the process has more urgent work: rows then wait for a moment. */
  shouldYield: () => boolean
  onFatal: (error: Error) => void
}

/** Writes every message and every closed window to Cassandra, without delaying the statistics. */
export function startArchive(options: ArchiveOptions): Promise<AsyncDisposable> {
  const { settings, registry, cassandra } = options
  return startOwned(async (owned) => {
    owned.defer(() => cassandra.shutdown())
    const metrics = createArchiveMetrics(registry)
    const consumers = owned.use(new ClosedTogether())
    for (const archive of archives(settings)) {
      const deps = { ...options, metrics: metrics(archive.table) }
      await consumers.use(createTopicArchive(archive, deps)).start()
    }
    return {}
  })
}

function archives(settings: KafkaSettings): TopicArchive[] {
  return [
    {
      groupId: prefixed(settings, 'archive'),
      topic: prefixed(settings, chatMessagesTopic.name),
      table: 'raw_chat_messages',
      toRow(record) {
        const event = chatEvent.parse(JSON.parse(String(record.value)))
        return event.type === 'message' ? messageRow(event, record) : undefined
      },
    },
    {
      groupId: prefixed(settings, 'archive-windows'),
      topic: prefixed(settings, channelStatsTopic.name),
      table: 'channel_windows',
      toRow({ value }) {
        // The topic is compacted: a record without a value is a tombstone.
        if (value === null) return undefined
        const stats = channelStats.parse(JSON.parse(value.toString()))
        return stats.final ? windowRow(stats) : undefined
      },
    },
  ]
}
