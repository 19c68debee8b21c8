import type { OptedOut } from '@chat-battle/contracts/records/anonymise'
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
  /** A person opted out. */
  onChange: () => void
}

export interface OpenedOptOuts {
  desk: OptOutDesk
  people: OptedOut
}

/** Reads the people who opted out, and takes requests. */
export async function openOptOuts(
  owned: AsyncDisposableStack,
  kafka: KafkaClient,
  { config, logger, deadLetters, archive, onChange }: OptOutParts,
): Promise<OpenedOptOuts> {
  const hash = personHashOf(config)
  const following = { settings: config, logger, deadLetters, hash, onChange }
  const { optOuts } = owned.use(await followOptOuts(kafka, following))
  const topic = prefixed(config, optOutsTopic.name)
  const producer = owned.use(await createConflatingProducer(kafka, { topic, logger }))
  const desk = new OptOutDesk({ optOuts, archive, producer, hash, now: Date.now })
  return { desk, people: optOuts }
}
