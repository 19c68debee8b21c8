import type { Registry } from 'prom-client'
import { statsKey } from '@chat-battle/contracts/records/channel-stats'
import { channelStatsTopic, chatMessagesTopic } from '@chat-battle/contracts/records/topics'
import { connectAdmin } from '@chat-battle/runtime/kafka/admin'
import { prefixed, type KafkaClient, type KafkaSettings } from '@chat-battle/runtime/kafka/client'
import type { Logger } from '@chat-battle/runtime/process/logger'
import { GroupConsumer, type Assignment, type RecordBatch } from '@chat-battle/runtime/kafka/group-consumer'
import type { DeadLetters } from '@chat-battle/runtime/kafka/dead-letters'
import { createConflatingProducer } from '@chat-battle/runtime/kafka/conflating-producer'
import { decodeEvent } from './decode-event.ts'
import { resolveStartOffset } from './resolve-start-offset.ts'
import { inputPositions } from './input-positions.ts'
import { openChangelogTopic } from '../changelog/changelog-topic.ts'
import { createStatisticsMetrics } from './metrics.ts'
import { PartitionProcessor, type InputRecord } from './partition-processor.ts'

export interface StatisticsDeps {
  kafka: KafkaClient
  settings: KafkaSettings
  logger: Logger
  registry: Registry
  deadLetters: DeadLetters
  /** After so long without a heartbeat, the group gives this instance's partitions to others. */
  sessionTimeoutMs: number
  /** Told when the consumer has given up for good; the process is to be started again. */
  onFatal: (error: Error) => void
}

export interface Statistics extends AsyncDisposable {
  /** Whether the group has heard of this instance of late and each of its partitions is being processed. */
  isHealthy(): boolean
  /** Whether more of the input waits than comes in a moment. */
  isBehind(): boolean
}

const retakeDelayMs = 500
const behindRecords = 1000

/** Keeps the statistics of the input partitions that the group `processor` gives to this instance. */
export async function startStatistics(deps: StatisticsDeps): Promise<Statistics> {
  const { kafka, settings, logger, sessionTimeoutMs } = deps
  const topic = prefixed(settings, chatMessagesTopic.name)
  const owners = new Map<number, PartitionProcessor>()
  const metrics = createStatisticsMetrics(deps.registry, {
    partitions: () => owners.size,
    channels: () => [...owners.values()].reduce((sum, { channels }) => sum + channels, 0),
  })
  const admin = await connectAdmin(kafka)
  const findPlace = resolveStartOffset(inputPositions(admin, topic), metrics, logger)

  const isMember = () => consumer.isMember(sessionTimeoutMs / 2)
  // A processor that may have lost its partitions sends nothing.
  const sender = await createConflatingProducer(kafka, {
    topic: prefixed(settings, channelStatsTopic.name),
    logger,
    maySend: isMember,
  })
  let assignment: Assignment = { partitions: [], signal: AbortSignal.abort() }

  const take = async (partition: number, { signal }: Assignment): Promise<void> => {
    const stopTimer = metrics.restoreSeconds.startTimer()
    let abandon: () => void = () => undefined
    try {
      const store = await openChangelogTopic(kafka, settings, partition, signal)
      abandon = () => void store.close().catch(() => undefined)
      if (signal.aborted) return abandon()
      const owner = await PartitionProcessor.restore({
        partition,
        store,
        logger,
        deadLetters: deps.deadLetters,
        metrics,
        offerFrame: (stats) => sender.offer(statsKey(stats), JSON.stringify(stats)),
        onFlushed: (nextOffset) => {
          // Only shows the lag: the position that counts is in the state.
          consumer.commit(partition, nextOffset)
        },
        onLost: (error) => {
          metrics.takeovers.inc({ result: 'lost' })
          logger.warn(
            { err: error, partition },
            'the state could not be written; taking the partition over again',
          )
          owners.delete(partition)
          retake(partition, assignment)
          consumer.pause(partition)
        },
      })
      abandon = () => owner.abandon()
      await findPlace(owner, partition)
      if (signal.aborted) return abandon()
      owners.set(partition, owner)
      owner.announce()
      consumer.seek(partition, owner.nextOffset)
      consumer.resume(partition)
      stopTimer()
      metrics.takeovers.inc({ result: owner.isRebuilt ? 'rebuilt' : 'restored' })
      logger.info(
        { partition, nextOffset: String(owner.nextOffset), channels: owner.channels },
        'partition restored',
      )
    } catch (error) {
      abandon()
      if (signal.aborted) return
      owners.delete(partition)
      metrics.takeovers.inc({ result: 'failed' })
      logger.warn({ err: error, partition }, 'the partition could not be taken over; trying again')
      retake(partition, assignment)
    }
  }

  const retake = (partition: number, current: Assignment) => {
    setTimeout(() => {
      if (current.signal.aborted) return
      // Taking over fences whoever has the partition: not to be done by one that the group may have given up.
      if (isMember()) void take(partition, current)
      else retake(partition, current)
    }, retakeDelayMs)
  }

  const release = () => {
    for (const owner of owners.values()) owner.abandon()
    owners.clear()
    sender.clear()
    metrics.lag.reset()
    metrics.skew.reset()
  }

  const process = async (batch: RecordBatch): Promise<void> => {
    const { partition, firstOffset } = batch
    const owner = owners.get(partition)
    if (owner === undefined || firstOffset === undefined) return
    if (firstOffset !== owner.nextOffset) {
      // The broker no longer has what was to be read, or has another topic, or this batch was fetched for another position.
      await findPlace(owner, partition)
      if (owners.get(partition) !== owner) return
      if (firstOffset !== owner.nextOffset) return consumer.seek(partition, owner.nextOffset)
    }
    owner.process(decode(batch))
    if (owner.isFull) await owner.flush()
    batch.resolve()
    owner.lagRecords = batch.lagRecords
    metrics.lag.set({ partition }, owner.lagRecords)
  }

  const decode = (batch: RecordBatch): InputRecord[] =>
    batch.records.map((record) => {
      const decoded = decodeEvent(record.value)
      if ('problem' in decoded) deps.deadLetters.keep(record, decoded.problem)
      return {
        offset: BigInt(record.offset),
        appendMs: record.appendedAtMs,
        event: 'event' in decoded ? decoded.event : undefined,
      }
    })

  const consumer: GroupConsumer = new GroupConsumer(
    kafka,
    {
      groupId: prefixed(settings, 'processor'),
      topic,
      logger,
      sessionTimeoutMs,
      heartbeatIntervalMs: Math.floor(sessionTimeoutMs / 12),
      rebalanceTimeoutMs: sessionTimeoutMs,
      maxWaitMs: 100,
    },
    {
      onAssigned(assigned) {
        assignment = assigned
        for (const partition of assigned.partitions) void take(partition, assigned)
      },
      onRevoked: release,
      onBatch: process,
      onFatal: deps.onFatal,
    },
  )
  await consumer.start()

  return {
    isHealthy: () => isMember() && consumer.partitions.every((partition) => owners.has(partition)),
    isBehind: () => [...owners.values()].some(({ lagRecords }) => lagRecords > behindRecords),
    async [Symbol.asyncDispose]() {
      consumer.stopFetching()
      await Promise.all([...owners.values()].map((owner) => owner.close()))
      owners.clear()
      await consumer[Symbol.asyncDispose]()
      await sender[Symbol.asyncDispose]()
      await admin.disconnect()
    },
  }
}
