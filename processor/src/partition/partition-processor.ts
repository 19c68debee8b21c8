import type { ChannelStats } from '@chat-battle/contracts/records/channel-stats'
import type { WindowSummary } from '@chat-battle/contracts/records/window-summary'
import type { ChatEvent } from '@chat-battle/contracts/records/chat-event'
import type { Logger } from '@chat-battle/runtime/process/logger'
import type { DeadLetters } from '@chat-battle/runtime/kafka/dead-letters'
import { FrameThrottle } from '../frames/frame-throttle.ts'
import { noResults, type ChangelogTopic } from '../changelog/changelog-topic.ts'
import { SummaryThrottle } from '../frames/summary-throttle.ts'
import { MomentLog } from './moment-log.ts'
import type { StatisticsMetrics } from './metrics.ts'
import type { PartitionState } from '@chat-battle/statistics/partition'
import type { PendingFrame } from '@chat-battle/statistics/stats-frame'
import { Changelog, type Restored } from '@chat-battle/statistics/snapshot/changelog'

const flushEveryMs = 2000
/** A moment that began, ended or lost a text is written within this time. */
const flushMomentsWithinMs = 250
const summariesEveryMs = 1000
/** With more changes than this, they are written before further records are processed: a transaction must end in time. */
const maxUnwritten = 5000
/** Upper bound on what the next owner must reprocess, even if this one dies while catching up. */
const maxUnwrittenRecords = 10_000n

/** A decoded input record; `event` is undefined if it could not be decoded. */
export interface InputRecord {
  offset: bigint
  appendMs: number
  event: ChatEvent | undefined
}

export interface ProcessorDeps {
  partition: number
  changelog: ChangelogTopic
  logger: Logger
  deadLetters: Pick<DeadLetters, 'keep'>
  metrics: StatisticsMetrics
  offerFrames: (frames: readonly ChannelStats[]) => void
  offerSummaries: (summaries: readonly WindowSummary[]) => void
  /** The state was written; it belongs to this input offset. */
  onFlushed: (nextOffset: bigint) => void
  /** Called once if the state cannot be written: another owner has taken over, or this one must take over again. */
  onLost: (error: unknown) => void
}

/** Owns an input partition from a takeover on: folds its records, sends frames, and writes the state. */
export class PartitionProcessor {
  /** Whether the state was unreadable, so that it is rebuilt from the input. */
  readonly isRebuilt: boolean
  /** Input records that were not processed at the last fetch. */
  lagRecords = 0
  readonly #deps: ProcessorDeps
  readonly #state: PartitionState
  readonly #log: Changelog
  readonly #throttle = new FrameThrottle()
  readonly #momentLog: MomentLog
  readonly #summaries = new SummaryThrottle()
  readonly #flushTimer: NodeJS.Timeout
  readonly #summaryTimer: NodeJS.Timeout
  #frameTimer: NodeJS.Timeout | undefined
  #momentTimer: NodeJS.Timeout | undefined
  #flushedOffset: bigint
  #flushing: Promise<void> = Promise.resolve()
  #reportedSkewMs = 0
  #isOver = false

  private constructor(
    deps: ProcessorDeps,
    { log, state, isRebuilt }: Pick<Restored, 'log' | 'state' | 'isRebuilt'>,
  ) {
    this.isRebuilt = isRebuilt
    this.#deps = deps
    this.#momentLog = new MomentLog(deps.logger)
    this.#log = log
    this.#state = state
    this.#flushedOffset = state.nextOffset
    this.#flushTimer = setInterval(() => void this.flush(), flushEveryMs)
    this.#summaryTimer = setInterval(() => this.#sendDueSummaries(), summariesEveryMs)
    deps.metrics.skew.set({ partition: deps.partition }, 0)
    this.#reportSkew()
  }

  /** Restores the partition's state from its changelog, whose previous owners are fenced. */
  static async restore(deps: ProcessorDeps): Promise<PartitionProcessor> {
    const { partition, changelog, logger, deadLetters } = deps
    const values = new Map([...changelog.restored].map(([key, { value }]) => [key, value]))
    const restored = Changelog.restore(values)
    const { tombstones, unreadable, isRebuilt } = restored
    for (const { key, problem } of unreadable) {
      const record = changelog.restored.get(key)
      if (record !== undefined) deadLetters.keep({ topic: changelog.topic, partition, ...record }, problem)
    }
    if (isRebuilt) logger.error({ partition }, 'state unreadable, rebuilding it from the input')
    if (tombstones.length > 0) await changelog.write(tombstones, noResults)
    return new PartitionProcessor(deps, restored)
  }

  /** Sends every open window's frame: the previous owner may have written a state whose frames it never sent. */
  announce(): void {
    for (const frame of this.#state.openWindows()) this.#note(frame)
    this.#sendDueFrames()
  }

  get nextOffset(): bigint {
    return this.#state.nextOffset
  }

  get channels(): number {
    return this.#state.channels.size
  }

  /** Skips records that Kafka deleted. All of them were appended before `deletedBeforeMs`, epoch ms. */
  skipTo(offset: bigint, deletedBeforeMs: number): void {
    this.#state.skipTo(offset, deletedBeforeMs)
  }

  /** Append time of the last record in the state, epoch ms; 0: no record yet. */
  get lastAppendMs(): number {
    return this.#state.clock.lastAppendMs
  }

  /** Continues at an earlier offset: that of the first record that is not in the state. */
  goBackTo(offset: bigint): void {
    this.#state.goBackTo(offset)
  }

  /** Whether changes must be written before further records are processed. */
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
      // A held event is counted when it is released.
      if (outcome !== 'held') metrics.countEvent({ type: event.type, outcome })
      for (const settled of released) metrics.countEvent(settled)
      for (const frame of changed) this.#note(frame)
    }
    this.#reportSkew()
    this.#sendDueFrames()
    if (this.#state.moments.isUrgent)
      this.#momentTimer ??= setTimeout(() => void this.flush(), flushMomentsWithinMs)
  }

  #note(frame: PendingFrame): void {
    this.#throttle.note(frame)
    this.#summaries.note(frame)
  }

  #sendDueSummaries(): void {
    const due = this.#summaries.takeDue(performance.now())
    if (due.length > 0) this.#deps.offerSummaries(due)
  }

  #reportSkew(): void {
    const { partition, metrics, logger } = this.#deps
    const { skewMs } = this.#state.skew.state
    if (skewMs === this.#reportedSkewMs) return
    metrics.skew.set({ partition }, skewMs / 1000)
    const fields = { partition, skewS: skewMs / 1000 }
    if (this.#reportedSkewMs === 0)
      logger.error(fields, 'broker clock is behind Twitch, continuing by Twitch time')
    else if (skewMs === 0) logger.info(fields, 'broker clock is right again')
    this.#reportedSkewMs = skewMs
  }

  #sendDueFrames(): void {
    clearTimeout(this.#frameTimer)
    if (this.#isOver) return
    const { frames, nextInMs } = this.#throttle.takeDue(performance.now())
    if (frames.length > 0) this.#deps.offerFrames(frames)
    if (nextInMs !== undefined) this.#frameTimer = setTimeout(() => this.#sendDueFrames(), nextInMs)
  }

  /** Writes what has changed since the last write; one write at a time. */
  flush(): Promise<void> {
    this.#flushing = this.#flushing.then(() => this.#writeChanges())
    return this.#flushing
  }

  async #writeChanges(): Promise<void> {
    clearTimeout(this.#momentTimer)
    this.#momentTimer = undefined
    const { nextOffset } = this.#state
    if (this.#isOver || nextOffset === this.#flushedOffset) return
    const records = this.#log.takeChanges(this.#state)
    const state = this.#state
    const moments = state.moments.take()
    const results = { frames: state.takeFinals(), summaries: state.takeSummaries(), moments }
    const stopTimer = this.#deps.metrics.flushSeconds.startTimer()
    try {
      await this.#deps.changelog.write(records, results)
      stopTimer()
      this.#deps.metrics.countMoments(moments)
      this.#momentLog.note(moments, performance.now())
      this.#flushedOffset = nextOffset
      if (!this.#isOver) this.#deps.onFlushed(nextOffset)
    } catch (error) {
      if (this.#isOver) return
      this.abandon()
      this.#deps.onLost(error)
    }
  }

  /** Ends the ownership in order: writes the state, so that the next owner continues where this one stopped. */
  async close(): Promise<void> {
    await this.flush()
    this.abandon()
  }

  /** Ends the ownership at once; the next owner repeats what was not written. */
  abandon(): void {
    this.#isOver = true
    clearInterval(this.#flushTimer)
    clearInterval(this.#summaryTimer)
    clearTimeout(this.#frameTimer)
    clearTimeout(this.#momentTimer)
    this.#deps.changelog.close().catch(() => undefined)
  }
}
