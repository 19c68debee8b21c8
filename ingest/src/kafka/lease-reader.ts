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

export interface LeaseListeners {
  /** Synchronous, before anything of the new partitions is read. */
  onAssigned: (partitions: readonly number[]) => void
  onLease: (partition: number, login: string, lease: Lease, appendedAtMs: number) => void
  /** Kafka has answered: a lease that was renewed has been read, or is about to be. */
  onHeard: () => void
  /** Everything that was there at the assignment has been read. */
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
  /** Whether the group has heard of this instance of late. */
  isMember(): boolean
  /** Whether other instances have a part of the topic, and will take over the part of this one. */
  sharesPartitions(): boolean
}

/** Reads the leases of the partitions that the group gives to this instance, from the beginning at each assignment. */
export async function readLeases(
  kafka: KafkaClient,
  { groupId, topic, sessionTimeoutMs, logger }: LeaseReaderOptions,
  listeners: LeaseListeners,
): Promise<LeaseReader> {
  const admin = await connectAdmin(kafka)
  let catchUp: CatchUp | undefined

  const startReading = async ({ partitions, signal }: Assignment): Promise<void> => {
    const offsets = await awaitOffsets(admin, topic, logger)
    if (signal.aborted) return
    catchUp = new CatchUp(offsets.filter(({ partition }) => partitions.includes(partition)))
    consumer.resume(...partitions)
    if (catchUp.isDone) listeners.onCaughtUp()
  }
  const read = ({ partition, records }: RecordBatch) => {
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
  const consumer = new GroupConsumer(
    kafka,
    {
      groupId,
      topic,
      logger,
      sessionTimeoutMs,
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
        read(batch)
        batch.resolve()
        return Promise.resolve()
      },
      onProgress(partition, nextOffset) {
        if (catchUp?.advance(partition, nextOffset)) listeners.onCaughtUp()
      },
      onFetch: listeners.onHeard,
      onFatal: listeners.onFatal,
    },
  )
  await consumer.start()
  return {
    sharesPartitions: () => consumer.partitions.length < monitoredChannelsTopic.partitions,
    isMember: () => consumer.isMember(sessionTimeoutMs),
    async [Symbol.asyncDispose]() {
      await consumer[Symbol.asyncDispose]()
      await admin.disconnect()
    },
  }
}
