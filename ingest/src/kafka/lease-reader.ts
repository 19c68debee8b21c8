import type { Kafka } from 'kafkajs'
import type { Logger } from '@chat-battle/runtime/process/logger'
import { fetchOffsets } from '@chat-battle/runtime/kafka/topic-offsets'
import { subscribe } from '@chat-battle/runtime/kafka/client'
import { persistently } from '@chat-battle/runtime/kafka/persistently'
import { monitoredChannelsTopic } from '@chat-battle/contracts/records/topics'
import { channelLogin } from '@chat-battle/contracts/primitives'
import { leaveGroup } from '@chat-battle/runtime/kafka/leave-group'
import type { ReadRecord } from '@chat-battle/runtime/kafka/dead-letters'
import { lease, type Lease } from '@chat-battle/contracts/records/lease'

export interface LeaseListeners {
  /** Synchronous, before anything of the new partitions is read. */
  onAssigned: (partitions: readonly number[]) => void
  onLease: (partition: number, login: string, lease: Lease, appendedAtMs: number) => void
  /** Kafka has answered: a lease that was renewed has been read, or is about to be. */
  onHeard: () => void
  /** Everything that was there at the assignment has been read. */
  onCaughtUp: () => void
  onDeadLetter: (record: ReadRecord, problem: unknown) => void
  onFatal: (error: Error) => void
}

export interface LeaseReaderOptions {
  groupId: string
  topic: string
  sessionTimeoutMs: number
  logger: Logger
}

export interface LeaseReader extends AsyncDisposable {
  /** Whether the group has heard of this instance of late. */
  isMember(): boolean
  /** Whether other instances have a part of the topic, and will take over the part of this one. */
  sharesPartitions(): boolean
}

/** Reads the leases of the partitions that the group gives to this instance, from the beginning at each assignment. */
export async function readLeases(
  kafka: Kafka,
  { groupId, topic, sessionTimeoutMs, logger }: LeaseReaderOptions,
  listeners: LeaseListeners,
): Promise<LeaseReader> {
  const admin = kafka.admin()
  await admin.connect()
  const consumer = kafka.consumer({
    groupId,
    sessionTimeout: sessionTimeoutMs,
    // How soon this instance learns that it has to take channels over from one that has died.
    heartbeatInterval: Math.floor(sessionTimeoutMs / 12),
    rebalanceTimeout: sessionTimeoutMs,
    maxWaitTimeInMs: 100,
  })
  let assigned: readonly number[] = []
  let awaited = new Map<number, bigint>()
  let assignment = 0
  let heardByGroupAtMs = -Infinity

  const findEnds = async (partitions: readonly number[]): Promise<void> => {
    const current = ++assignment
    const offsets = await persistently('looking up the end of the leases', logger, () =>
      fetchOffsets(admin, topic),
    )
    if (current !== assignment) return
    awaited = new Map(
      offsets
        .filter(({ partition, low, high }) => partitions.includes(partition) && high > low)
        .map(({ partition, high }) => [partition, high]),
    )
    // What is read from here on is held against the ends; what was read before is read again.
    try {
      consumer.resume([{ topic, partitions: [...partitions] }])
    } catch (error) {
      return logger.debug({ err: error }, 'the assignment has ended with a crash; the next one is read')
    }
    if (awaited.size === 0) listeners.onCaughtUp()
  }

  consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
    heardByGroupAtMs = performance.now()
    assigned = payload.memberAssignment[topic] ?? []
    logger.info({ partitions: assigned }, 'lease partitions assigned')
    consumer.pause([{ topic, partitions: [...assigned] }])
    listeners.onAssigned(assigned)
    findEnds(assigned).catch((error: unknown) => listeners.onFatal(error as Error))
  })
  consumer.on(consumer.events.HEARTBEAT, () => {
    heardByGroupAtMs = performance.now()
  })
  consumer.on(consumer.events.FETCH, listeners.onHeard)
  consumer.on(consumer.events.END_BATCH_PROCESS, ({ payload }) => {
    const end = awaited.get(payload.partition)
    if (end === undefined || BigInt(payload.lastOffset) + 1n < end) return
    awaited.delete(payload.partition)
    if (awaited.size === 0) listeners.onCaughtUp()
  })
  consumer.on(consumer.events.CRASH, ({ payload }) => {
    assignment++
    if (!payload.restart) listeners.onFatal(payload.error)
  })

  await subscribe(consumer, topic, logger)
  // Not waited for: after another's crash the group lets nobody in for a whole session.
  const running = consumer.run({
    autoCommit: false,
    eachMessage: ({ partition, message }) => {
      const { key, value, offset, timestamp } = message
      if (value === null) return Promise.resolve()
      try {
        const login = channelLogin.parse(String(key))
        listeners.onLease(partition, login, lease.parse(JSON.parse(value.toString())), Number(timestamp))
      } catch (error) {
        listeners.onDeadLetter({ topic, partition, offset, value }, error)
      }
      return Promise.resolve()
    },
  })
  running.catch(listeners.onFatal)
  return {
    sharesPartitions: () => assigned.length < monitoredChannelsTopic.partitions,
    isMember: () => performance.now() - heardByGroupAtMs < sessionTimeoutMs,
    async [Symbol.asyncDispose]() {
      await leaveGroup(consumer, running)
      await admin.disconnect()
    },
  }
}
