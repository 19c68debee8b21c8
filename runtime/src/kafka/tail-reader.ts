import { randomUUID } from 'node:crypto'
import type { Kafka } from 'kafkajs'
import type { Logger } from '../process/logger.ts'
import { connectAdmin } from './admin.ts'
import { GroupConsumer, type RecordBatch } from './group-consumer.ts'
import { persistently } from './persistently.ts'
import { partitionOfKey } from './producer.ts'
import type { TopicRecord } from './record.ts'
import { fetchOffsets, type PartitionOffsets } from './topic-offsets.ts'

const sessionTimeoutMs = 10_000

export interface TailListeners {
  onRecord: (record: TopicRecord) => void
  /** Offsets of a partition went back: its log was cut or created again. */
  onTruncated: (partition: number) => void
  /** Reading has ended and does not restart. */
  onFatal: (error: Error) => void
}

/** Reading of a partition: where it is, and who waits until it has come to an offset. */
interface Followed {
  nextOffset: bigint
  waiting: { end: bigint; resolve: () => void }[]
}

/**
 * Reads chosen partitions of a topic from a little before their end, and follows them. Nothing is committed. While no partition is
 * chosen, nothing is fetched. The consumer group is one of its own, because kafkajs 2.2.4 cannot consume without one.
 */
export class TailReader implements AsyncDisposable {
  readonly #kafka: Kafka
  readonly #topic: string
  readonly #logger: Logger
  readonly #listeners: TailListeners
  readonly #consumer: GroupConsumer
  readonly #followed = new Map<number, Followed>()
  #started: Promise<void> | undefined

  constructor(kafka: Kafka, topic: string, logger: Logger, listeners: TailListeners) {
    this.#kafka = kafka
    this.#topic = topic
    this.#logger = logger
    this.#listeners = listeners
    this.#consumer = new GroupConsumer(
      kafka,
      {
        groupId: `${topic}-tail-${randomUUID()}`,
        topic,
        logger,
        sessionTimeoutMs,
        heartbeatIntervalMs: sessionTimeoutMs / 4,
        // After a lost connection the group waits this long for this reader's former member.
        rebalanceTimeoutMs: sessionTimeoutMs,
        maxWaitMs: 100,
      },
      {
        onBatch: (batch) => Promise.resolve(this.#read(batch)),
        onAssigned: () => this.#resumeAll(),
        onFatal: listeners.onFatal,
      },
    )
  }

  /** The topic's offsets; retries for as long as Kafka is away. */
  fetchOffsets(): Promise<PartitionOffsets[]> {
    return persistently(`fetching the offsets of ${this.#topic}`, this.#logger, async () => {
      await using admin = await connectAdmin(this.#kafka)
      return await fetchOffsets(admin, this.#topic)
    })
  }

  /** The partition of a key. */
  partitionOf(key: string, offsets: readonly PartitionOffsets[]): number {
    return partitionOfKey(key, offsets.length)
  }

  /** Resolves when the reader can be used: for as long as Kafka is away, it waits. Does nothing the next time. */
  start(): Promise<void> {
    return (this.#started ??= this.#consumer.start())
  }

  /**
   * Reads a partition from at most `maxRecordsBack` records before its end, also if it is followed already. Calls `onSeek` at once
   * with the offset of the first of these records. Resolves when everything before `high` has been read.
   */
  follow(
    { partition, low, high }: PartitionOffsets,
    maxRecordsBack: number,
    onSeek: (offset: bigint) => void,
  ): Promise<void> {
    const back = high - BigInt(maxRecordsBack)
    const followed = this.#followed.get(partition) ?? { nextOffset: high, waiting: [] }
    followed.nextOffset = back > low ? back : low
    this.#followed.set(partition, followed)
    onSeek(followed.nextOffset)
    this.#resume(partition, followed)
    if (followed.nextOffset >= high) return Promise.resolve()
    return new Promise((resolve) => followed.waiting.push({ end: high, resolve }))
  }

  /** Stops reading a partition. */
  leave(partition: number): void {
    const followed = this.#followed.get(partition)
    this.#followed.delete(partition)
    this.#consumer.pause(partition)
    for (const { resolve } of followed?.waiting ?? []) resolve()
  }

  [Symbol.asyncDispose](): Promise<void> {
    for (const partition of [...this.#followed.keys()]) this.leave(partition)
    return this.#started === undefined ? Promise.resolve() : this.#consumer[Symbol.asyncDispose]()
  }

  #resumeAll(): void {
    for (const [partition, followed] of this.#followed) this.#resume(partition, followed)
  }

  #resume(partition: number, { nextOffset }: Followed): void {
    this.#consumer.seek(partition, nextOffset)
    this.#consumer.resume(partition)
  }

  #read(batch: RecordBatch): void {
    const followed = this.#followed.get(batch.partition)
    if (followed === undefined || batch.isStale()) return
    const isTruncated = batch.firstOffset !== undefined && batch.firstOffset < followed.nextOffset
    if (isTruncated) this.#listeners.onTruncated(batch.partition)
    for (const record of batch.records) this.#listeners.onRecord(record)
    batch.resolve()
    followed.nextOffset = batch.nextOffset
    followed.waiting = followed.waiting.filter(({ end, resolve }) => {
      if (batch.nextOffset < end && !isTruncated) return true
      resolve()
      return false
    })
  }
}
