import type { DeadLetter } from '@chat-battle/contracts/records/dead-letter'
import { connectAdmin } from '@chat-battle/runtime/kafka/admin'
import { prefixed, type KafkaClient } from '@chat-battle/runtime/kafka/client'
import type { Logger } from '@chat-battle/runtime/process/logger'
import type { DeadLetters } from '@chat-battle/runtime/kafka/dead-letters'
import type { ArchiveReader } from '../archive/archive-reader.ts'
import { StorageReader } from '../archive/storage.ts'
import type { GatewayConfig } from '../config.ts'
import { createDeadLetterReader } from '../kafka/dead-letter-reader.ts'
import { LeaseFollower } from './lease-follower.ts'
import { PipelineReader } from './pipeline-reader.ts'

export interface OperatorParts {
  config: GatewayConfig
  logger: Logger
  archive: ArchiveReader
  deadLetters: DeadLetters
}

/** What only an operator reads. None of it is read before the first request. */
export interface OperatorReaders {
  readonly pipeline: Pick<PipelineReader, 'read'>
  readonly leases: Pick<LeaseFollower, 'view'>
  readonly storage: Pick<StorageReader, 'read'>
  /** Oldest first. Rejects with `RequestRefused`. */
  readonly readDeadLetters: () => Promise<DeadLetter[]>
}

export function openOperator(
  owned: AsyncDisposableStack,
  kafka: KafkaClient,
  { config, logger, archive, deadLetters }: OperatorParts,
): OperatorReaders {
  const pipeline = new PipelineReader({
    connectAdmin: () => connectAdmin(kafka),
    nameOf: (name) => prefixed(config, name),
    archive,
    logger,
    now: Date.now,
  })
  const leases = owned.use(new LeaseFollower({ kafka, settings: config, logger, deadLetters }))
  const storage = new StorageReader({ archive, keyspace: config.CASSANDRA_KEYSPACE, now: Date.now })
  const readDeadLetters = createDeadLetterReader(kafka, config, logger, deadLetters)
  return { pipeline, leases, storage, readDeadLetters }
}
