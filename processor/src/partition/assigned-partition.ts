import type { OptedOut } from '@chat-battle/contracts/records/anonymise'
import type { ChannelStats } from '@chat-battle/contracts/records/channel-stats'
import type { WindowSummary } from '@chat-battle/contracts/records/window-summary'
import type { DeadLetters } from '@chat-battle/runtime/kafka/dead-letters'
import type { GroupConsumer, RecordBatch } from '@chat-battle/runtime/kafka/group-consumer'
import type { Logger } from '@chat-battle/runtime/process/logger'
import type { ChangelogTopic } from '../changelog/changelog-topic.ts'
import { decodeRecords } from './decode-event.ts'
import type { StatisticsMetrics } from './metrics.ts'
import { PartitionProcessor } from './partition-processor.ts'

const retakeDelayMs = 500

export interface PartitionDeps {
  logger: Logger
  metrics: StatisticsMetrics
  deadLetters: Pick<DeadLetters, 'keep'>
  optOuts: OptedOut
  consumer: Pick<GroupConsumer, 'seek' | 'pause' | 'resume' | 'commit'>
  /** Whether this process may still own its partitions. */
  mayOwn: () => boolean
  openChangelog: (partition: number, signal: AbortSignal) => Promise<ChangelogTopic>
  /** Moves a processor to the offset where its input goes on. */
  resolveStart: (processor: PartitionProcessor, partition: number) => Promise<void>
  offerFrames: (frames: readonly ChannelStats[]) => void
  offerSummaries: (summaries: readonly WindowSummary[]) => void
}

/**
 * `idle`: not owned, a takeover is due or the assignment has ended. `recovering`: the previous owner is fenced and the state
 * restored. `running`: records are processed. `stopping`: the last changes are written.
 */
export const partitionStates = ['idle', 'recovering', 'running', 'stopping'] as const
export type PartitionStateName = (typeof partitionStates)[number]

type State = { name: 'idle' | 'recovering' } | { name: 'running' | 'stopping'; processor: PartitionProcessor }

/** A partition from its assignment until the assignment ends. It is paused until it runs. */
export class AssignedPartition {
  readonly #partition: number
  readonly #signal: AbortSignal
  readonly #deps: PartitionDeps
  #state: State = { name: 'idle' }

  /** `signal` aborts when the assignment ends. */
  constructor(partition: number, signal: AbortSignal, deps: PartitionDeps) {
    this.#partition = partition
    this.#signal = signal
    this.#deps = deps
  }

  get state(): PartitionStateName {
    return this.#state.name
  }

  get channels(): number {
    return this.#processor?.channels ?? 0
  }

  /** Input records that were not processed at the last fetch. */
  get lagRecords(): number {
    return this.#processor?.lagRecords ?? 0
  }

  get #processor(): PartitionProcessor | undefined {
    return 'processor' in this.#state ? this.#state.processor : undefined
  }

  /** Takes the partition over; retries until it runs or the assignment ends. */
  async take(): Promise<void> {
    const { metrics, logger } = this.#deps
    this.#state = { name: 'recovering' }
    const stopTimer = metrics.restoreSeconds.startTimer()
    try {
      const processor = await this.#recover()
      if (processor === undefined) return
      stopTimer()
      metrics.takeovers.inc({ result: processor.isRebuilt ? 'rebuilt' : 'restored' })
      const { nextOffset, channels } = processor
      const fields = { partition: this.#partition, nextOffset: String(nextOffset), channels }
      logger.info(fields, 'partition restored')
    } catch (error) {
      if (this.#signal.aborted) return
      metrics.takeovers.inc({ result: 'failed' })
      logger.warn({ err: error, partition: this.#partition }, 'partition takeover failed, retrying')
      this.#retakeLater()
    }
  }

  /** Returns undefined if the assignment ended meanwhile. */
  async #recover(): Promise<PartitionProcessor | undefined> {
    const { consumer, openChangelog, resolveStart } = this.#deps
    using opened = new DisposableStack()
    const changelog = await openChangelog(this.#partition, this.#signal)
    opened.defer(() => void changelog.close().catch(() => undefined))
    if (this.#signal.aborted) return undefined
    const processor = await PartitionProcessor.restore({
      ...this.#deps,
      partition: this.#partition,
      changelog,
      // Only shows the lag: the position that counts is in the changelog.
      onFlushed: (nextOffset) => consumer.commit(this.#partition, nextOffset),
      onLost: (error) => this.#retakeLost(error),
    })
    opened.defer(() => processor.abandon())
    await resolveStart(processor, this.#partition)
    if (this.#signal.aborted) return undefined
    this.#state = { name: 'running', processor }
    processor.announce()
    consumer.seek(this.#partition, processor.nextOffset)
    consumer.resume(this.#partition)
    opened.move()
    return processor
  }

  #retakeLost(error: unknown): void {
    const { metrics, logger, consumer } = this.#deps
    metrics.takeovers.inc({ result: 'lost' })
    logger.warn(
      { err: error, partition: this.#partition },
      'state write failed, taking the partition over again',
    )
    consumer.pause(this.#partition)
    this.#retakeLater()
  }

  #retakeLater(): void {
    this.#state = { name: 'idle' }
    setTimeout(() => {
      if (this.#signal.aborted) return
      // A takeover fences the current owner, so an instance that may have lost the partition must not start one.
      if (this.#deps.mayOwn()) void this.take()
      else this.#retakeLater()
    }, retakeDelayMs)
  }

  async process(batch: RecordBatch): Promise<void> {
    const { consumer, metrics, resolveStart } = this.#deps
    const { firstOffset } = batch
    if (this.#state.name !== 'running' || firstOffset === undefined) return
    const { processor } = this.#state
    if (firstOffset !== processor.nextOffset) {
      // The input was truncated, has expired, is a new topic, or the batch was fetched before a seek.
      await resolveStart(processor, this.#partition)
      if (this.#processor !== processor) return
      if (firstOffset !== processor.nextOffset) return consumer.seek(this.#partition, processor.nextOffset)
    }
    processor.process(decodeRecords(batch.records, this.#deps))
    if (processor.isFull) await processor.flush()
    batch.resolve()
    processor.lagRecords = batch.lagRecords
    metrics.lag.set({ partition: this.#partition }, batch.lagRecords)
  }

  /** Ends the ownership in order: writes the last changes, so that the next owner continues where this one stopped. */
  async stop(): Promise<void> {
    if (this.#state.name !== 'running') return
    const { processor } = this.#state
    this.#state = { name: 'stopping', processor }
    await processor.close()
    this.#state = { name: 'idle' }
  }

  /** Ends the ownership at once; the next owner repeats what was not written. */
  abandon(): void {
    this.#processor?.abandon()
    this.#state = { name: 'idle' }
  }
}
