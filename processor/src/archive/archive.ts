import type { Registry } from 'prom-client'
import { channelStats } from '@chat-battle/contracts/records/channel-stats'
import { chatEvent } from '@chat-battle/contracts/records/chat-event'
import { channelStatsTopic, chatMessagesTopic } from '@chat-battle/contracts/records/topics'
import type { CassandraClient } from '@chat-battle/runtime/cassandra/client'
import { prefixed, type KafkaClient, type KafkaSettings } from '@chat-battle/runtime/kafka/client'
import type { Logger } from '@chat-battle/runtime/process/logger'
import type { DeadLetters } from '@chat-battle/runtime/kafka/dead-letters'
import { archiveTopic, type TopicArchive } from './archive-topic.ts'
import { createArchiveMetrics } from './metrics.ts'
import { messageRow, windowRow } from './rows.ts'

export interface ArchiveOptions {
  kafka: KafkaClient
  settings: KafkaSettings
  cassandra: CassandraClient
  logger: Logger
  registry: Registry
  deadLetters: DeadLetters
  /** Whether the process has work that is more urgent: rows wait a little then. */
  shouldYield: () => boolean
  onFatal: (error: Error) => void
}

/** Keeps every message and every closed window in Cassandra, behind the statistics and independent of them. */
export async function startArchive(options: ArchiveOptions): Promise<AsyncDisposable> {
  const { settings, registry } = options
  const metrics = createArchiveMetrics(registry)
  const archives: TopicArchive[] = [
    {
      groupId: prefixed(settings, 'archive'),
      topic: prefixed(settings, chatMessagesTopic.name),
      table: 'raw_chat_messages',
      toRow(value) {
        const event = chatEvent.parse(JSON.parse(String(value)))
        return event.type === 'message' ? messageRow(event) : undefined
      },
    },
    {
      groupId: prefixed(settings, 'archive-windows'),
      topic: prefixed(settings, channelStatsTopic.name),
      table: 'channel_windows',
      toRow(value) {
        // The topic is compacted: what has no value is a deletion.
        if (value === null) return undefined
        const stats = channelStats.parse(JSON.parse(value.toString()))
        return stats.final ? windowRow(stats) : undefined
      },
    },
  ]
  const running: AsyncDisposable[] = []
  for (const archive of archives) {
    running.push(await archiveTopic(archive, { ...options, metrics: metrics(archive.table) }))
  }
  return {
    async [Symbol.asyncDispose]() {
      await Promise.all(running.map((archive) => archive[Symbol.asyncDispose]()))
      await options.cassandra.shutdown()
    },
  }
}
