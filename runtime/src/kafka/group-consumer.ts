import type { Consumer, EachBatchPayload, Kafka } from 'kafkajs'
import type { Logger } from '../process/logger.ts'
import { leaveGroup } from './leave-group.ts'
import { toTopicRecord, type TopicRecord } from './record.ts'
import { subscribe } from './subscribe.ts'

export interface GroupConsumerOptions {
  groupId: string
  topic: string
  logger: Logger
  /** The group gives this member's partitions to others after this time without a heartbeat. */
  sessionTimeoutMs: number
  /** How soon this member learns of a rebalance. Until every member has rejoined, no partition is processed. */
  heartbeatIntervalMs: number
  /** Upper bound on the time that a rebalance waits for a member. */
  rebalanceTimeoutMs?: number
  /** How long the broker holds a fetch without records back. */
  maxWaitMs: number
  maxBytesPerPartition?: number
}

/** The partitions that the group gave to this member. */
export interface Assignment {
  readonly partitions: readonly number[]
  /** Aborts when the assignment ends. Check it after each await: another member may own the partitions by then. */
  readonly signal: AbortSignal
}

/** Consecutive records of one partition. */
export interface RecordBatch {
  readonly partition: number
  readonly records: readonly TopicRecord[]
  /** Offset of the first record, also if that is a control record, which is not in `records`. */
  readonly firstOffset: bigint | undefined
  /** Offset behind the last record, also if that is a control record. */
  readonly nextOffset: bigint
  /** Records behind this batch at its fetch. */
  readonly lagRecords: number
  /** Whether a seek was made after the fetch of this batch. */
  isStale(): boolean
  /** Moves the position behind this batch. Otherwise its records are fetched again. */
  resolve(): void
  /** Commits the position behind this batch. */
  commit(): Promise<void>
  /** Sends a heartbeat if one is due. Rejects when the consumer stops or the group rebalances: the next owner repeats the batch. */
  keepAlive(): Promise<void>
}

export interface GroupListeners {
  onBatch: (batch: RecordBatch) => Promise<void>
  /**
   * Must be synchronous: the partitions are paused, and nothing of this assignment has been fetched. Each partition flows from its
   * `resume` on. Without this listener partitions flow at once from the group's committed offsets.
   */
  onAssigned?: (assignment: Assignment) => void
  /** The assignment ended by a rebalance or a crash. Another member may have had the partitions before the next one. */
  onRevoked?: () => void
  /** A partition was read up to `nextOffset`, also where the batch had only control records. */
  onProgress?: (partition: number, nextOffset: bigint) => void
  /** The broker answered a fetch. */
  onFetch?: () => void
  /** The consumer has ended and does not restart. */
  onFatal: (error: Error) => void
}

/**
 * A member of a consumer group, with what kafkajs 2.2.4 lacks. It has neither `assign()` nor a revoke callback: GROUP_JOIN is
 * emitted before the first fetch (`src/consumer/consumerGroup.js`, joinAndSync), so its synchronous listener ends the previous
 * assignment and pauses the partitions of the new one.
 */
export class GroupConsumer implements AsyncDisposable {
  readonly #consumer: Consumer
  readonly #options: GroupConsumerOptions
  readonly #listeners: GroupListeners
  #running: Promise<void> = Promise.resolve()
  #partitions: readonly number[] = []
  #assignment = new AbortController()
  #lastHeartbeatAtMs = -Infinity
  #isStopping = false

  constructor(kafka: Kafka, options: GroupConsumerOptions, listeners: GroupListeners) {
    this.#options = options
    this.#listeners = listeners
    this.#consumer = kafka.consumer({
      groupId: options.groupId,
      sessionTimeout: options.sessionTimeoutMs,
      heartbeatInterval: options.heartbeatIntervalMs,
      rebalanceTimeout: options.rebalanceTimeoutMs,
      maxWaitTimeInMs: options.maxWaitMs,
      maxBytesPerPartition: options.maxBytesPerPartition,
    })
  }

  /** Subscribes, also when Kafka is away for long. Does not wait until the group lets this member in. */
  async start(): Promise<void> {
    this.#listen()
    await subscribe(this.#consumer, this.#options.topic, this.#options.logger)
    // After another member's crash the group admits no member for a whole session.
    this.#running = this.#consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      eachBatch: (payload) => this.#listeners.onBatch(this.#toRecordBatch(payload)),
    })
    this.#running.catch(this.#listeners.onFatal)
  }

  /** The partitions of the current assignment, or of the last one while there is no current one. */
  get partitions(): readonly number[] {
    return this.#partitions
  }

  /** Whether the group has answered this member within `withinMs`, by a monotonic clock. */
  isMember(withinMs: number): boolean {
    return performance.now() - this.#lastHeartbeatAtMs < withinMs
  }

  seek(partition: number, offset: bigint): void {
    this.#whileRunning(() =>
      this.#consumer.seek({ topic: this.#options.topic, partition, offset: String(offset) }),
    )
  }

  pause(...partitions: readonly number[]): void {
    this.#whileRunning(() =>
      this.#consumer.pause([{ topic: this.#options.topic, partitions: [...partitions] }]),
    )
  }

  resume(...partitions: readonly number[]): void {
    this.#whileRunning(() =>
      this.#consumer.resume([{ topic: this.#options.topic, partitions: [...partitions] }]),
    )
  }

  /** Commits a position without waiting: for readers whose position lies elsewhere, the group's shows only the lag. */
  commit(partition: number, nextOffset: bigint): void {
    const position = { topic: this.#options.topic, partition, offset: String(nextOffset) }
    this.#consumer.commitOffsets([position]).catch(() => undefined)
  }

  /** Ends the assignment and fetches nothing more. The member stays in the group until it is disposed of. */
  stopFetching(): void {
    this.#isStopping = true
    this.#assignment.abort()
    this.pause(...this.#partitions)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.stopFetching()
    await leaveGroup(this.#consumer, this.#running)
  }

  #listen(): void {
    const { events } = this.#consumer
    const { onProgress, onFetch, onFatal } = this.#listeners
    this.#consumer.on(events.GROUP_JOIN, ({ payload }) => {
      this.#lastHeartbeatAtMs = performance.now()
      this.#assign(payload.memberAssignment[this.#options.topic] ?? [])
    })
    this.#consumer.on(events.HEARTBEAT, () => {
      this.#lastHeartbeatAtMs = performance.now()
    })
    this.#consumer.on(events.CRASH, ({ payload }) => {
      this.#revoke()
      if (!payload.restart) onFatal(payload.error)
    })
    // `eachBatch` is not called for batches of only control records (kafkajs 2.2.4, src/consumer/runner.js); this event is emitted.
    if (onProgress !== undefined)
      this.#consumer.on(events.END_BATCH_PROCESS, ({ payload }) =>
        onProgress(payload.partition, BigInt(payload.lastOffset) + 1n),
      )
    if (onFetch !== undefined) this.#consumer.on(events.FETCH, onFetch)
  }

  #assign(partitions: readonly number[]): void {
    this.#revoke()
    this.#partitions = partitions
    const { onAssigned } = this.#listeners
    if (onAssigned !== undefined || this.#isStopping) this.pause(...partitions)
    if (this.#isStopping) return
    this.#assignment = new AbortController()
    const { topic, logger } = this.#options
    logger.info({ topic, partitions }, 'partitions assigned')
    onAssigned?.({ partitions, signal: this.#assignment.signal })
  }

  #revoke(): void {
    this.#assignment.abort()
    this.#listeners.onRevoked?.()
  }

  #toRecordBatch({
    batch,
    resolveOffset,
    commitOffsetsIfNecessary,
    heartbeat,
    isStale,
  }: EachBatchPayload): RecordBatch {
    const { topic, partition } = batch
    const first = batch.firstOffset()
    const nextOffset = BigInt(batch.lastOffset()) + 1n
    return {
      partition,
      records: batch.messages.map((message) => toTopicRecord(topic, partition, message)),
      firstOffset: first === null ? undefined : BigInt(first),
      nextOffset,
      lagRecords: Number(batch.offsetLag()),
      isStale,
      resolve: () => resolveOffset(batch.lastOffset()),
      commit: () =>
        commitOffsetsIfNecessary({
          topics: [{ topic, partitions: [{ partition, offset: String(nextOffset) }] }],
        }),
      keepAlive: async () => {
        if (this.#isStopping) throw new Error('the consumer stops: the next owner repeats the batch')
        await heartbeat()
      },
    }
  }

  /** Between a crash and the next GROUP_JOIN kafkajs 2.2.4 has no group and throws here; the next assignment starts over. */
  #whileRunning(act: () => void): void {
    try {
      act()
    } catch (error) {
      this.#options.logger.debug({ err: error, topic: this.#options.topic }, 'the consumer does not run')
    }
  }
}
