import { randomUUID } from 'node:crypto'
import type { Kafka, Message, Producer } from 'kafkajs'
import { statsKey, type ChannelStats } from '@chat-battle/contracts/records/channel-stats'
import { channelStatsTopic, processorStateTopic } from '@chat-battle/contracts/records/topics'
import {
  createProducer,
  maxRequestBytes,
  prefixed,
  type KafkaSettings,
} from '@chat-battle/runtime/kafka/client'
import type { StateRecord } from '@chat-battle/statistics/snapshot/state-pages'
import { markerKey } from '@chat-battle/statistics/snapshot/changelog'
import { readPartition, type StoredRecord } from './read-partition.ts'

/** A transaction that its owner left open is aborted by the broker after this, if no new owner did so before. */
const transactionTimeoutMs = 10_000

/** A partition's state on `processor-state`, held by one owner at a time. */
export interface ChangelogTopic {
  readonly topic: string
  /** What the owners before this one had committed: the last record of each key. */
  readonly restored: ReadonlyMap<string, StoredRecord>
  /** Writes state and final frames in one transaction. Rejects when another owner has taken over. */
  write(records: readonly StateRecord[], finals: readonly ChannelStats[]): Promise<void>
  close(): Promise<void>
}

/**
 * Takes a partition's state over: starts its transactional producer, which fences the owner before, then reads what was
 * committed. The end of it is found by a marker of our own, because the end offset of a partition with transactions may
 * belong to a control record that is never delivered.
 */
export async function openStateStore(
  kafka: Kafka,
  settings: KafkaSettings,
  partition: number,
  signal: AbortSignal,
): Promise<ChangelogTopic> {
  const topic = prefixed(settings, processorStateTopic.name)
  const statsTopic = prefixed(settings, channelStatsTopic.name)
  const producer = createProducer(kafka, {
    transactionalId: prefixed(settings, `processor-${partition}`),
    transactionTimeout: transactionTimeoutMs,
    idempotent: true,
  })
  const close = () => producer.disconnect()
  try {
    await producer.connect()
    const marker = randomUUID()
    await inTransaction(producer, [[topic, [{ partition, key: markerKey, value: marker }]]])
    const restored = await readPartition(kafka, { topic, partition, markerKey, marker }, signal)
    const write: ChangelogTopic['write'] = (records, finals) =>
      inTransaction(producer, [
        ...requests(records).map((messages): Request => [
          topic,
          messages.map((message) => ({ ...message, partition })),
        ]),
        ...requests(finals.map(finalFrame)).map((messages): Request => [statsTopic, messages]),
      ])
    return { topic, restored, write, close }
  } catch (error) {
    close().catch(() => undefined)
    throw error
  }
}

type Request = [topic: string, messages: Message[]]

async function inTransaction(producer: Producer, sends: readonly Request[]): Promise<void> {
  const transaction = await producer.transaction()
  try {
    for (const [topic, messages] of sends) await transaction.send({ topic, messages })
    await transaction.commit()
  } catch (error) {
    // A transaction that is not aborted here is aborted by the next owner, or by the broker's time-out.
    if (transaction.isActive()) await transaction.abort().catch(() => undefined)
    throw error
  }
}

function finalFrame(stats: ChannelStats): StateRecord {
  return { key: statsKey(stats), value: Buffer.from(JSON.stringify(stats)) }
}

function requests(records: readonly StateRecord[]): StateRecord[][] {
  const split: StateRecord[][] = []
  let bytes = Infinity
  for (const record of records) {
    const size = record.key.length + (record.value?.length ?? 0) + 64
    if (bytes + size > maxRequestBytes) {
      split.push([])
      bytes = 0
    }
    split.at(-1)?.push(record)
    bytes += size
  }
  return split
}
