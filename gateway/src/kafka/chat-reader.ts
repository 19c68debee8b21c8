import { setTimeout as delay } from 'node:timers/promises'
import { chatMessagesTopic } from '@chat-battle/contracts/records/topics'
import { prefixed, type KafkaClient, type KafkaSettings } from '@chat-battle/runtime/kafka/client'
import { TailReader } from '@chat-battle/runtime/kafka/tail-reader'
import type { PartitionOffsets } from '@chat-battle/runtime/kafka/topic-offsets'
import type { Logger } from '@chat-battle/runtime/process/logger'
import type { ChatRecordListeners, ChatSource } from '../chat/chat-source.ts'
import { TokenBucket } from '../limits/token-bucket.ts'

/** Records of a partition that are read back for channels that begin to be watched: of these, the last messages are kept. */
const maxRecordsBack = 10_000
/** A page subscribes to its channels one after the other: one read serves all of them. */
const gatherMs = 20
/** Reads back: each costs up to `maxRecordsBack` records per partition. */
const readBurst = 20
const readsPerSecond = 1
const retryMs = 100

/** Reads the input while a channel is watched, and only the partitions of watched channels. */
export class ChatReader implements ChatSource, AsyncDisposable {
  readonly #tail: TailReader
  readonly #logger: Logger
  readonly #bucket = new TokenBucket(readBurst, readsPerSecond)
  #listeners: ChatRecordListeners | undefined
  /** Watched channels, and the partition of each; undefined: not read yet. */
  readonly #watched = new Map<string, number | undefined>()
  #isReading = false
  #isClosed = false

  constructor(kafka: KafkaClient, settings: KafkaSettings, logger: Logger) {
    this.#logger = logger
    this.#tail = new TailReader(kafka, prefixed(settings, chatMessagesTopic.name), logger, {
      onRecord: (record) => this.#listeners?.onRecord(record),
      onTruncated: () => this.#listeners?.onTruncated(),
      onFatal: (error) => logger.error({ err: error }, 'reading live chat failed for good'),
    })
  }

  /** Call it once, before a channel is watched. */
  reportTo(listeners: ChatRecordListeners): void {
    this.#listeners = listeners
  }

  watch(channelId: string): void {
    this.#watched.set(channelId, undefined)
    if (this.#isReading) return
    this.#isReading = true
    void this.#readBack()
      .catch((error: unknown) => this.#logger.error({ err: error }, 'reading live chat back failed'))
      .finally(() => (this.#isReading = false))
  }

  unwatch(channelId: string): void {
    const partition = this.#watched.get(channelId)
    this.#watched.delete(channelId)
    if (partition !== undefined && ![...this.#watched.values()].includes(partition))
      this.#tail.leave(partition)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true
    await this.#tail[Symbol.asyncDispose]()
  }

  /** Begins the channels that are waiting, until none is. */
  async #readBack(): Promise<void> {
    while (this.#waiting().length > 0 && !this.#isClosed) {
      await delay(gatherMs)
      while (!this.#bucket.take() && !this.#isClosed) await delay(retryMs)
      await this.#tail.start()
      const offsets = await this.#tail.fetchOffsets()
      const byPartition = Map.groupBy(this.#waiting(), (id) => this.#tail.partitionOf(id, offsets))
      for (const [partition, ids] of byPartition) {
        for (const id of ids) this.#watched.set(id, partition)
        const ends = offsets.find((each) => each.partition === partition)
        if (ends !== undefined) this.#begin(ids, ends)
      }
    }
  }

  #begin(ids: readonly string[], offsets: PartitionOffsets): void {
    const onSeek = (offset: bigint) => this.#listeners?.onBegin(ids, offset)
    void this.#tail.follow(offsets, maxRecordsBack, onSeek).then(() => this.#listeners?.onCaughtUp(ids))
  }

  #waiting(): string[] {
    return [...this.#watched].flatMap(([id, partition]) => (partition === undefined ? id : []))
  }
}
