import type { Batch, Kafka } from 'kafkajs'
import type { Registry } from 'prom-client'
import { statsKey } from '@chat-battle/contracts/records/channel-stats'
import { channelStatsTopic, chatMessagesTopic } from '@chat-battle/contracts/records/topics'
import { prefixed, subscribe, type KafkaSettings } from '@chat-battle/runtime/kafka/client'
import type { Logger } from '@chat-battle/runtime/process/logger'
import { leaveGroup } from '@chat-battle/runtime/kafka/leave-group'
import type { DeadLetters } from '@chat-battle/runtime/kafka/dead-letters'
import { createConflatingProducer } from '@chat-battle/runtime/kafka/conflating-producer'
import { decodeEvent } from './decode-event.ts'
import { resolveStartOffset } from './resolve-start-offset.ts'
import { inputPositions } from './input-positions.ts'
import { openStateStore } from '../changelog/changelog-topic.ts'
import { createStatisticsMetrics } from './metrics.ts'
import { PartitionProcessor, type InputRecord } from './partition-processor.ts'

export interface StatisticsDeps {
  kafka: Kafka
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
  const admin = kafka.admin()
  await admin.connect()
  const findPlace = resolveStartOffset(inputPositions(admin, topic), metrics, logger)

  let heardByGroupAtMs = -Infinity
  const isMember = () => performance.now() - heardByGroupAtMs < sessionTimeoutMs / 2
  // A processor that may have lost its partitions sends nothing.
  const sender = await createConflatingProducer(kafka, {
    topic: prefixed(settings, channelStatsTopic.name),
    logger,
    maySend: isMember,
  })
  const consumer = kafka.consumer({
    groupId: prefixed(settings, 'processor'),
    sessionTimeout: sessionTimeoutMs,
    // How soon this instance learns that others came or left: until all have, nobody's partitions are processed.
    heartbeatInterval: Math.floor(sessionTimeoutMs / 12),
    rebalanceTimeout: sessionTimeoutMs,
    maxWaitTimeInMs: 100,
  })
  let assigned: readonly number[] = []
  let assignment = new AbortController()
  let stopping = false

  const take = async (partition: number, { signal }: AbortController): Promise<void> => {
    const stopTimer = metrics.restoreSeconds.startTimer()
    let abandon: () => void = () => undefined
    try {
      const store = await openStateStore(kafka, settings, partition, signal)
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
          consumer.commitOffsets([{ topic, partition, offset: String(nextOffset) }]).catch(() => undefined)
        },
        onLost: (error) => {
          metrics.takeovers.inc({ result: 'lost' })
          logger.warn(
            { err: error, partition },
            'the state could not be written; taking the partition over again',
          )
          owners.delete(partition)
          retake(partition, assignment)
          try {
            consumer.pause([{ topic, partitions: [partition] }])
          } catch {
            // It has crashed, and pauses what it is assigned when it has started again.
          }
        },
      })
      abandon = () => owner.abandon()
      await findPlace(owner, partition)
      if (signal.aborted) return abandon()
      owners.set(partition, owner)
      owner.announce()
      consumer.seek({ topic, partition, offset: String(owner.nextOffset) })
      consumer.resume([{ topic, partitions: [partition] }])
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

  const retake = (partition: number, current: AbortController) => {
    setTimeout(() => {
      if (current.signal.aborted) return
      // Taking over fences whoever has the partition: not to be done by one that the group may have given up.
      if (isMember()) void take(partition, current)
      else retake(partition, current)
    }, retakeDelayMs)
  }

  const release = () => {
    assignment.abort()
    for (const owner of owners.values()) owner.abandon()
    owners.clear()
    sender.clear()
    metrics.lag.reset()
    metrics.skew.reset()
  }

  // Until an assignment is complete, nothing of the one before may be used: another instance may have had the partition
  // in between. The listener runs before the first fetch, so what it pauses is not fetched before it is restored.
  consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
    release()
    if (stopping) return
    heardByGroupAtMs = performance.now()
    assigned = payload.memberAssignment[topic] ?? []
    assignment = new AbortController()
    if (assigned.length > 0) consumer.pause([{ topic, partitions: [...assigned] }])
    logger.info({ partitions: assigned }, 'partitions assigned')
    for (const partition of assigned) void take(partition, assignment)
  })
  consumer.on(consumer.events.CRASH, ({ payload }) => {
    release()
    if (!payload.restart) deps.onFatal(payload.error)
  })
  consumer.on(consumer.events.HEARTBEAT, () => {
    heardByGroupAtMs = performance.now()
  })

  const decode = (batch: Batch): InputRecord[] =>
    batch.messages.map(({ offset, timestamp, value }) => {
      const decoded = decodeEvent(value)
      if ('problem' in decoded) {
        deps.deadLetters.keep({ topic, partition: batch.partition, offset, value }, decoded.problem)
      }
      return {
        offset: BigInt(offset),
        appendMs: Number(timestamp),
        event: 'event' in decoded ? decoded.event : undefined,
      }
    })

  await subscribe(consumer, topic, logger)
  // Not waited for: after another's crash the group lets nobody in for a whole session.
  const running = consumer.run({
    autoCommit: false,
    eachBatchAutoResolve: false,
    eachBatch: async ({ batch, resolveOffset }) => {
      const owner = owners.get(batch.partition)
      const first = batch.firstOffset()
      if (owner === undefined || first === null) return
      const isElsewhere = () => BigInt(first) !== owner.nextOffset
      if (isElsewhere()) {
        // The broker no longer has what was to be read, or has another topic, or this batch was fetched for another position.
        await findPlace(owner, batch.partition)
        if (owners.get(batch.partition) !== owner) return
        if (isElsewhere())
          return consumer.seek({ topic, partition: batch.partition, offset: String(owner.nextOffset) })
      }
      owner.process(decode(batch))
      if (owner.isFull) await owner.flush()
      resolveOffset(batch.lastOffset())
      owner.lagRecords = Number(batch.offsetLag())
      metrics.lag.set({ partition: batch.partition }, owner.lagRecords)
    },
  })

  running.catch(deps.onFatal)

  return {
    isHealthy: () => isMember() && assigned.every((partition) => owners.has(partition)),
    isBehind: () => [...owners.values()].some(({ lagRecords }) => lagRecords > behindRecords),
    async [Symbol.asyncDispose]() {
      stopping = true
      assignment.abort()
      if (assigned.length > 0) consumer.pause([{ topic, partitions: [...assigned] }])
      await Promise.all([...owners.values()].map((owner) => owner.close()))
      owners.clear()
      await leaveGroup(consumer, running)
      await sender[Symbol.asyncDispose]()
      await admin.disconnect()
    },
  }
}
