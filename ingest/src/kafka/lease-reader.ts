import { channelLogin } from '@chat-battle/contracts/primitives'
import { lease, type Lease } from '@chat-battle/contracts/records/lease'
import { monitoredChannelsTopic } from '@chat-battle/contracts/records/topics'
import { connectAdmin } from '@chat-battle/runtime/kafka/admin'
import { CatchUp } from '@chat-battle/runtime/kafka/catch-up'
import type { KafkaClient } from '@chat-battle/runtime/kafka/client'
import type { DeadRecord } from '@chat-battle/runtime/kafka/dead-letters'
import { GroupConsumer, type Assignment, type RecordBatch } from '@chat-battle/runtime/kafka/group-consumer'
import { awaitOffsets } from '@chat-battle/runtime/kafka/topic-offsets'
import type { Logger } from '@chat-battle/runtime/process/logger'
import { startOwned } from '@chat-battle/runtime/process/owned'

export interface LeaseListeners {
  /** Synchronous: nothing of the new partitions has been read. */
  onAssigned: (partitions: readonly number[]) => void
  /** `appendedAtMs`: epoch ms of the broker's clock. */
  onLease: (partition: number, login: string, lease: Lease, appendedAtMs: number) => void
  /** Kafka answered a fetch: every renewal that it has is read, or about to be. */
  onAnswer: () => void
  /** Every lease that existed at the assignment has been read. */
  onCaughtUp: () => void
  onDeadLetter: (record: DeadRecord, problem: unknown) => void
  onFatal: (error: Error) => void
}

export interface LeaseReaderOptions {
  groupId: string
  topic: string
  sessionTimeoutMs: number
  logger: Logger
}

export interface LeaseReader extends AsyncDisposable {
  /** Whether the group has answered this instance within a session. */
  isMember(): boolean
  /** Whether other instances have a part of the topic. They take over the part of this instance when it stops. */
  sharesPartitions(): boolean
}

/** Reads the leases of the assigned partitions, from the beginning at each assignment. */
export function readLeases(
  kafka: KafkaClient,
  { groupId, topic, sessionTimeoutMs, logger }: LeaseReaderOptions,
  listeners: LeaseListeners,
): Promise<LeaseReader> {
  return startOwned(async (owned) => {
    const admin = owned.use(await connectAdmin(kafka))
    let catchUp: CatchUp | undefined

    const startReading = async ({ partitions, signal }: Assignment): Promise<void> => {
      const offsets = await awaitOffsets(admin, topic, logger)
      if (signal.aborted) return
      catchUp = new CatchUp(offsets.filter(({ partition }) => partitions.includes(partition)))
      consumer.resume(...partitions)
      if (catchUp.isDone) listeners.onCaughtUp()
    }
    const consumer = owned.use(
      new GroupConsumer(
        kafka,
        {
          ...{ groupId, topic, logger, sessionTimeoutMs },
          // How soon this instance takes over the channels of one that died.
          heartbeatIntervalMs: Math.floor(sessionTimeoutMs / 12),
          rebalanceTimeoutMs: sessionTimeoutMs,
          maxWaitMs: 100,
        },
        {
          onAssigned(assignment) {
            catchUp = undefined
            listeners.onAssigned(assignment.partitions)
            startReading(assignment).catch((error: unknown) => listeners.onFatal(error as Error))
          },
          onBatch(batch) {
            readBatch(batch, listeners)
            batch.resolve()
            return Promise.resolve()
          },
          onProgress(partition, nextOffset) {
            if (catchUp?.advance(partition, nextOffset)) listeners.onCaughtUp()
          },
          onFetch: listeners.onAnswer,
          onFatal: listeners.onFatal,
        },
      ),
    )
    await consumer.start()
    return {
      sharesPartitions: () => consumer.partitions.length < monitoredChannelsTopic.partitions,
      isMember: () => consumer.isMember(sessionTimeoutMs),
    }
  })
}

function readBatch({ partition, records }: RecordBatch, listeners: LeaseListeners): void {
  for (const record of records) {
    if (record.value === null) continue
    try {
      const login = channelLogin.parse(record.key)
      const read = lease.parse(JSON.parse(record.value.toString()))
      listeners.onLease(partition, login, read, record.appendedAtMs)
    } catch (error) {
      listeners.onDeadLetter(record, error)
    }
  }
}
