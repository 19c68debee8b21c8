import { optOutsTopic } from '@chat-battle/contracts/records/topics'
import { prefixed, type KafkaClient } from '@chat-battle/runtime/kafka/client'
import { createConflatingProducer } from '@chat-battle/runtime/kafka/conflating-producer'
import type { DeadLetters } from '@chat-battle/runtime/kafka/dead-letters'
import { followOptOuts } from '@chat-battle/runtime/kafka/opt-outs'
import type { Logger } from '@chat-battle/runtime/process/logger'
import { personHashOf } from '@chat-battle/runtime/process/person-hash'
import type { ArchiveReader } from '../archive/archive-reader.ts'
import type { GatewayConfig } from '../config.ts'
import { OptOutDesk } from './opt-out-desk.ts'

export interface OptOutParts {
  config: GatewayConfig
  logger: Logger
  deadLetters: DeadLetters
  archive: ArchiveReader
}

/** Reads who opted out, and takes requests. */
export async function openOptOuts(
  owned: AsyncDisposableStack,
  kafka: KafkaClient,
  { config, logger, deadLetters, archive }: OptOutParts,
): Promise<OptOutDesk> {
  const hash = personHashOf(config)
  const { optOuts } = owned.use(await followOptOuts(kafka, { settings: config, logger, deadLetters, hash }))
  const topic = prefixed(config, optOutsTopic.name)
  const producer = owned.use(await createConflatingProducer(kafka, { topic, logger }))
  return new OptOutDesk({ optOuts, archive, producer, hash, now: Date.now })
}
