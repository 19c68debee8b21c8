import type { Registry } from 'prom-client'
import { anonymise, type OptedOut } from '@chat-battle/contracts/records/anonymise'
import { channelStats } from '@chat-battle/contracts/records/channel-stats'
import type { ChannelEvent } from '@chat-battle/contracts/records/chat-event'
import { parseChatEvent } from '@chat-battle/contracts/records/decode-chat-event'
import {
  channelMomentsTopic,
  channelStatsTopic,
  chatMessagesTopic,
  windowSummariesTopic,
} from '@chat-battle/contracts/records/topics'
import { windowSummary } from '@chat-battle/contracts/records/window-summary'
import { momentRecord } from '@chat-battle/contracts/records/moment'
import type { CassandraClient } from '@chat-battle/runtime/cassandra/client'
import { prefixed, type KafkaClient, type KafkaSettings } from '@chat-battle/runtime/kafka/client'
import { connectProducer } from '@chat-battle/runtime/kafka/producer'
import type { Logger } from '@chat-battle/runtime/process/logger'
import type { DeadLetters } from '@chat-battle/runtime/kafka/dead-letters'
import { ClosedTogether, startOwned } from '@chat-battle/runtime/process/owned'
import type { PersonHash } from '@chat-battle/runtime/process/person-hash'
import { createTopicArchive, type TopicArchive } from './archive-topic.ts'
import { statsWithout, summaryWithout } from './without-people.ts'
import { createArchiveMetrics } from './metrics.ts'
import { momentRows, withoutOptedOut } from './moment-rows.ts'
import { ModeratedMoments } from './moderated-moments.ts'
import { ModerationArchive } from './moderation-archive.ts'
import {
  archiveTables,
  inputRows,
  nameRow,
  furtherEmotesRow,
  summaryRow,
  windowRow,
  type TableRow,
} from './rows.ts'

export interface ArchiveOptions {
  kafka: KafkaClient
  settings: KafkaSettings
  cassandra: CassandraClient
  logger: Logger
  registry: Registry
  /** How long messages stay, s. Undefined: no message is archived, and no sentence that names a person. */
  messageTtlS: number | undefined
  deadLetters: DeadLetters
  /** People who opted out: they are in no row, also where the input has them. */
  optOuts: OptedOut
  hash: PersonHash | undefined
  /** Whether the process has more urgent work: rows then wait for a moment. */
  shouldYield: () => boolean
  onFatal: (error: Error) => void
}

const none: readonly TableRow[] = []

/** Writes every input record and every closed window to Cassandra, without delaying the statistics. */
export function startArchive(options: ArchiveOptions): Promise<AsyncDisposable> {
  const { registry, cassandra, kafka, logger, settings } = options
  return startOwned(async (owned) => {
    owned.defer(() => cassandra.shutdown())
    const metrics = createArchiveMetrics(registry, archiveTables)
    const producer = await connectProducer(kafka, logger)
    owned.defer(() => producer.disconnect())
    const topic = prefixed(settings, channelMomentsTopic.name)
    const moments = new ModeratedMoments(cassandra, producer, topic)
    const moderation = new ModerationArchive({ ...options, moments, onRemoved: metrics.removed })
    const consumers = owned.use(new ClosedTogether())
    for (const archive of archives(options, moderation)) {
      await consumers.use(createTopicArchive(archive, { ...options, metrics })).start()
    }
    return {}
  })
}

function archives(options: ArchiveOptions, moderation: ModerationArchive): TopicArchive[] {
  const { settings, messageTtlS, optOuts } = options
  return [
    {
      groupId: prefixed(settings, 'archive'),
      topic: prefixed(settings, chatMessagesTopic.name),
      table: 'raw_chat_messages',
      prepare: (records, retry) => moderation.prepare(records, retry),
      complete: (records, retry) => moderation.complete(records, retry),
      toRows(record) {
        const event = anonymise(parseChatEvent(JSON.parse(String(record.value))), optOuts)
        // It names who opted out, and belongs to no channel.
        if (event.type === 'privacy') return none
        if (messageTtlS === undefined)
          return event.type === 'message' ? none : inputRows(withoutNames(event), record)
        // Rows that a replay needs stay as long as the messages.
        const kept = event.type === 'message' ? moderation.apply(event) : event
        return inputRows(kept, record, messageTtlS)
      },
    },
    {
      groupId: prefixed(settings, 'archive-windows'),
      topic: prefixed(settings, channelStatsTopic.name),
      table: 'channel_windows',
      toRows({ value }) {
        // The topic is compacted: a record without a value is a tombstone.
        if (value === null) return none
        const stats = channelStats.parse(JSON.parse(value.toString()))
        if (!stats.final) return none
        return [
          { table: 'channel_windows', row: windowRow(statsWithout(stats, optOuts) ?? stats) },
          { table: 'channel_names', row: nameRow(stats) },
        ]
      },
    },
    {
      groupId: prefixed(settings, 'archive-moments'),
      topic: prefixed(settings, channelMomentsTopic.name),
      table: 'channel_moments',
      toRows({ value }) {
        if (value === null) return none
        const moment = momentRecord.parse(JSON.parse(value.toString()))
        return momentRows(withoutOptedOut(moment, optOuts), messageTtlS)
      },
    },
    {
      groupId: prefixed(settings, 'archive-summaries'),
      topic: prefixed(settings, windowSummariesTopic.name),
      table: 'channel_windows',
      toRows({ value }) {
        if (value === null) return none
        const read = windowSummary.parse(JSON.parse(value.toString()))
        const summary = summaryWithout(read, optOuts) ?? read
        return [{ table: 'channel_windows', row: summaryRow(summary) }, ...furtherEmotesRow(summary)]
      },
    },
  ]
}

/** Without Twitch's sentences, which name people. */
function withoutNames(event: ChannelEvent): ChannelEvent {
  return event.type === 'notice' ? { ...event, system_message: '' } : event
}
