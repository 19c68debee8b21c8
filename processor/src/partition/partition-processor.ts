import type { ChannelStats } from '@chat-battle/contracts/records/channel-stats'
import type { ChatEvent } from '@chat-battle/contracts/records/chat-event'
import type { Logger } from '@chat-battle/runtime/process/logger'
import type { DeadLetters } from '@chat-battle/runtime/kafka/dead-letters'
import { FrameThrottle } from '../frames/frame-throttle.ts'
import type { ChangelogTopic } from '../changelog/changelog-topic.ts'
import type { StatisticsMetrics } from './metrics.ts'
import type { PartitionState } from '@chat-battle/statistics/partition'
import { Changelog, type Restored } from '@chat-battle/statistics/snapshot/changelog'

const flushEveryMs = 2000
/** Above this, what has changed is written before more is taken in: a transaction must end in time. */
const maxUnwritten = 5000
/** So many records at most does the next owner process again, however soon after a long absence this one ends. */
const maxUnwrittenRecords = 10_000n

/** An input record, decoded; `event` is undefined where it cannot be understood. */
export interface InputRecord {
  offset: bigint
  appendMs: number
  event: ChatEvent | undefined
}

export interface OwnerDeps {
  partition: number
  store: ChangelogTopic
  logger: Logger
  deadLetters: Pick<DeadLetters, 'keep'>
  metrics: StatisticsMetrics
  offerFrame: (stats: ChannelStats) => void
  /** Told after each write of the state: the input's position that it belongs to. */
  onFlushed: (nextOffset: bigint) => void
  /** Told once when the state can no longer be written: the partition must be taken over anew, or was by another. */
  onLost: (error: unknown) => void
}

/** Owns an input partition from one assignment to the next: folds its records, sends frames, and keeps the state. */
export class PartitionProcessor {
  /** Whether the state was unreadable, and is built again from the input. */
  readonly isRebuilt: boolean
  /** How much of the input was not yet processed when it was last read from. */
  lagRecords = 0
  readonly #deps: OwnerDeps
  readonly #state: PartitionState
  readonly #log: Changelog
  readonly #pacer = new FrameThrottle()
  readonly #flushTimer: NodeJS.Timeout
  #frameTimer: NodeJS.Timeout | undefined
  #flushedOffset: bigint
  #flushing: Promise<void> = Promise.resolve()
  #reportedSkewMs = 0
  #over = false

  private constructor(
    deps: OwnerDeps,
    { log, state, isRebuilt }: Pick<Restored, 'log' | 'state' | 'isRebuilt'>,
  ) {
    this.isRebuilt = isRebuilt
    this.#deps = deps
    this.#log = log
    this.#state = state
    this.#flushedOffset = state.nextOffset
    this.#flushTimer = setInterval(() => void this.flush(), flushEveryMs)
    deps.metrics.skew.set({ partition: deps.partition }, 0)
    this.#reportSkew()
  }

  /** Restores the partition's state from its store, whose owners before are fenced. */
  static async restore(deps: OwnerDeps): Promise<PartitionProcessor> {
    const { partition, store, logger, deadLetters } = deps
    const values = new Map([...store.restored].map(([key, { value }]) => [key, value]))
    const restored = Changelog.restore(values)
    const { tombstones, unreadable, isRebuilt } = restored
    for (const { key, problem } of unreadable) {
      const record = store.restored.get(key)
      if (record !== undefined) deadLetters.keep({ topic: store.topic, partition, ...record }, problem)
    }
    if (isRebuilt) logger.error({ partition }, 'state unreadable; rebuilding it from the input')
    if (tombstones.length > 0) await store.write(tombstones, [])
    return new PartitionProcessor(deps, restored)
  }

  /** Sends every open window's frame: the owner before may have written a state whose frames it never sent. */
  announce(): void {
    for (const news of this.#state.openWindows()) this.#pacer.note(news)
    this.#sendDueFrames()
  }

  get nextOffset(): bigint {
    return this.#state.nextOffset
  }

  get channels(): number {
    return this.#state.channels.size
  }

  /** Passes over what the input no longer holds, all of which was appended before `deletedBeforeMs`, epoch ms. */
  skipTo(offset: bigint, deletedBeforeMs: number): void {
    this.#state.skipTo(offset, deletedBeforeMs)
  }

  /** When the broker appended the last record that is in the state, epoch ms; 0 before any. */
  get lastAppendMs(): number {
    return this.#state.clock.lastAppendMs
  }

  /** Goes on at an earlier offset, that of the first record that is not in the state. */
  goBackTo(offset: bigint): void {
    this.#state.goBackTo(offset)
  }

  /** Whether what has changed is to be written before anything else is processed. */
  get isFull(): boolean {
    const records = this.#state.nextOffset - this.#flushedOffset
    return this.#state.unwritten > maxUnwritten || records > maxUnwrittenRecords
  }

  process(records: readonly InputRecord[]): void {
    const { metrics } = this.#deps
    for (const { offset, appendMs, event } of records) {
      if (offset < this.#state.nextOffset) continue
      if (event === undefined) {
        this.#state.skip(offset, appendMs)
        continue
      }
      const { outcome, released, changed } = this.#state.apply(event, offset, appendMs)
      // One that is held is counted once it is known what becomes of it.
      if (outcome !== 'held') metrics.events.inc({ type: event.type, outcome })
      for (const settled of released) metrics.events.inc({ ...settled })
      for (const news of changed) this.#pacer.note(news)
    }
    this.#reportSkew()
    this.#sendDueFrames()
  }

  #reportSkew(): void {
    const { partition, metrics, logger } = this.#deps
    const { skewMs } = this.#state.skew.state
    if (skewMs === this.#reportedSkewMs) return
    metrics.skew.set({ partition }, skewMs / 1000)
    const fields = { partition, skewS: skewMs / 1000 }
    if (this.#reportedSkewMs === 0)
      logger.error(fields, 'broker clock is behind Twitch, counting on by Twitch time')
    else if (skewMs === 0) logger.info(fields, 'broker clock is right again')
    this.#reportedSkewMs = skewMs
  }

  #sendDueFrames(): void {
    clearTimeout(this.#frameTimer)
    if (this.#over) return
    const { frames, nextInMs } = this.#pacer.takeDue(performance.now())
    for (const frame of frames) this.#deps.offerFrame(frame)
    if (nextInMs !== undefined) this.#frameTimer = setTimeout(() => this.#sendDueFrames(), nextInMs)
  }

  /** Writes what has changed since the last time; one write at a time. */
  flush(): Promise<void> {
    this.#flushing = this.#flushing.then(() => this.#writeChanges())
    return this.#flushing
  }

  async #writeChanges(): Promise<void> {
    const { nextOffset } = this.#state
    if (this.#over || nextOffset === this.#flushedOffset) return
    const records = this.#log.takeChanges(this.#state)
    const finals = this.#state.takeFinals()
    const stopTimer = this.#deps.metrics.flushSeconds.startTimer()
    try {
      await this.#deps.store.write(records, finals)
      stopTimer()
      this.#flushedOffset = nextOffset
      if (!this.#over) this.#deps.onFlushed(nextOffset)
    } catch (error) {
      if (this.#over) return
      this.abandon()
      this.#deps.onLost(error)
    }
  }

  /** Ends the ownership in order: writes the state, so that the next owner begins where this one stopped. */
  async close(): Promise<void> {
    await this.flush()
    this.abandon()
  }

  /** Ends the ownership at once; what was not written is done again by the next owner. */
  abandon(): void {
    this.#over = true
    clearInterval(this.#flushTimer)
    clearTimeout(this.#frameTimer)
    this.#deps.store.close().catch(() => undefined)
  }
}
