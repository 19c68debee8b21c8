import { randomUUID } from 'node:crypto'
import { statsKey, type ChannelStats } from '@chat-battle/contracts/records/channel-stats'
import { momentKey, type MomentRecord } from '@chat-battle/contracts/records/moment'
import {
  channelMomentsTopic,
  channelStatsTopic,
  openSummariesTopic,
  processorStateTopic,
  windowSummariesTopic,
} from '@chat-battle/contracts/records/topics'
import { summaryKey, type WindowSummary } from '@chat-battle/contracts/records/window-summary'
import { prefixed, type KafkaClient, type KafkaSettings } from '@chat-battle/runtime/kafka/client'
import { readCommittedPartition, type StoredRecord } from '@chat-battle/runtime/kafka/committed-partition'
import { openTransactionalProducer } from '@chat-battle/runtime/kafka/transactional-producer'
import { markerKey } from '@chat-battle/statistics/snapshot/changelog'
import { stripMoment } from '@chat-battle/statistics/moments/strip-moment'
import type { StateRecord } from '@chat-battle/statistics/snapshot/state-record'

/** The broker aborts a transaction that its owner left open after this time, unless a new owner does so before. */
const transactionTimeoutMs = 10_000

/** What is written with the state: of the windows that closed, and the moments that changed. */
export interface Results {
  readonly frames: readonly ChannelStats[]
  readonly summaries: readonly WindowSummary[]
  readonly moments: readonly MomentRecord[]
}

export const noResults: Results = { frames: [], summaries: [], moments: [] }

/** The state of one partition on `processor-state`, written by one owner at a time. */
export interface ChangelogTopic {
  readonly topic: string
  /** What the previous owners committed: the last record of each key. */
  readonly restored: ReadonlyMap<string, StoredRecord>
  /** Writes state and results in one transaction. Rejects when another owner has taken over. */
  write(records: readonly StateRecord[], results: Results): Promise<void>
  close(): Promise<void>
}

export interface ChangelogTopicParts {
  readonly kafka: KafkaClient
  readonly settings: KafkaSettings
  /** Whether moments are written with what people wrote. */
  readonly keepsTexts: boolean
}

/**
 * Takes over the state of a partition: fences the previous owner, then reads what it committed. A marker record shows the end of
 * it: a partition with transactions may end with a control record, which no reader receives.
 */
export async function openChangelogTopic(
  { kafka, settings, keepsTexts }: ChangelogTopicParts,
  partition: number,
  signal: AbortSignal,
): Promise<ChangelogTopic> {
  const topic = prefixed(settings, processorStateTopic.name)
  const statsTopic = prefixed(settings, channelStatsTopic.name)
  const archivedTopic = prefixed(settings, windowSummariesTopic.name)
  const momentsTopic = prefixed(settings, channelMomentsTopic.name)
  const openTopic = prefixed(settings, openSummariesTopic.name)
  const producer = await openTransactionalProducer(kafka, {
    transactionalId: prefixed(settings, `processor-${partition}`),
    transactionTimeoutMs,
  })
  try {
    const marker = randomUUID()
    const markerRecord = { key: markerKey, value: Buffer.from(marker) }
    await producer.write([{ topic, partition, records: [markerRecord] }])
    const restored = await readCommittedPartition(kafka, { topic, partition, markerKey, marker }, signal)
    return {
      topic,
      restored,
      write: (records, { frames, summaries, moments }) => {
        const summaryRecords = summaries.map(summaryRecord)
        return producer.write([
          { topic, partition, records },
          { topic: statsTopic, records: frames.map(finalFrame) },
          { topic: archivedTopic, records: summaryRecords },
          { topic: openTopic, records: summaryRecords },
          { topic: momentsTopic, records: moments.map((moment) => momentState(moment, keepsTexts)) },
        ])
      },
      close: () => producer.close(),
    }
  } catch (error) {
    producer.close().catch(() => undefined)
    throw error
  }
}

function finalFrame(stats: ChannelStats): StateRecord {
  return { key: statsKey(stats), value: Buffer.from(JSON.stringify(stats)) }
}

function summaryRecord(summary: WindowSummary): StateRecord {
  return { key: summaryKey(summary), value: Buffer.from(JSON.stringify(summary)) }
}

function momentState(moment: MomentRecord, keepsTexts: boolean): StateRecord {
  const written = keepsTexts ? moment : (stripMoment(moment, 'all') ?? moment)
  return { key: momentKey(moment), value: Buffer.from(JSON.stringify(written)) }
}
