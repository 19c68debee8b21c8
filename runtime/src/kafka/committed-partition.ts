import { randomUUID } from 'node:crypto'
import { AssignerProtocol, type Kafka, type PartitionAssigner } from 'kafkajs'

/**
 * Assigns one partition to the only member of a group. Other clients have `assign()` for this; kafkajs 2.2.4 has only groups
 * (`src/consumer/assigners`).
 */
function onlyPartition(topic: string, partition: number): PartitionAssigner {
  return () => ({
    name: 'OnlyPartition',
    version: 0,
    protocol: ({ topics }) => ({
      name: 'OnlyPartition',
      metadata: AssignerProtocol.MemberMetadata.encode({ version: 0, topics, userData: Buffer.alloc(0) }),
    }),
    assign: ({ members }) =>
      Promise.resolve(
        members.map(({ memberId }) => ({
          memberId,
          memberAssignment: AssignerProtocol.MemberAssignment.encode({
            version: 0,
            assignment: { [topic]: [partition] },
            userData: Buffer.alloc(0),
          }),
        })),
      ),
  })
}

export interface StoredRecord {
  offset: string
  value: Buffer
}

const sessionTimeoutMs = 6000

/**
 * Reads the committed records of a compacted partition, from its beginning up to the record with key `markerKey` and value
 * `marker`. Returns the last record of each key that is not deleted. Rejects when `signal` aborts or the consumer crashes.
 */
export async function readCommittedPartition(
  kafka: Kafka,
  from: { topic: string; partition: number; markerKey: string; marker: string },
  signal: AbortSignal,
): Promise<Map<string, StoredRecord>> {
  const consumer = kafka.consumer({
    groupId: `${from.topic}-read-${randomUUID()}`,
    partitionAssigners: [onlyPartition(from.topic, from.partition)],
    maxWaitTimeInMs: 50,
    maxBytesPerPartition: 8 * 1024 * 1024,
    sessionTimeout: sessionTimeoutMs,
    rebalanceTimeout: sessionTimeoutMs,
  })
  const values = new Map<string, StoredRecord>()
  const { promise: atMarker, resolve, reject } = Promise.withResolvers<undefined>()
  const abort = () => reject(new Error('the assignment ended while the partition was read'))
  signal.addEventListener('abort', abort)
  if (signal.aborted) abort()
  // A restarted consumer would wait until the group removes its former member; a retry of the caller gets a new group.
  consumer.on(consumer.events.CRASH, ({ payload }) => reject(payload.error))
  try {
    await Promise.race([consumer.connect(), atMarker])
    await consumer.subscribe({ topic: from.topic, fromBeginning: true })
    await consumer.run({
      autoCommit: false,
      eachBatch: ({ batch }) => {
        for (const { key, offset, value } of batch.messages) {
          const name = String(key)
          if (name === from.markerKey && value?.toString() === from.marker) resolve(undefined)
          else if (value === null) values.delete(name)
          else values.set(name, { offset, value })
        }
        return Promise.resolve()
      },
    })
    await atMarker
    return values
  } finally {
    signal.removeEventListener('abort', abort)
    consumer.disconnect().catch(() => undefined)
  }
}
