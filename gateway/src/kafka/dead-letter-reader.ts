import { deadLetterKey, deadLetter, type DeadLetter } from '@chat-battle/contracts/records/dead-letter'
import { maxDeadLetters } from '@chat-battle/contracts/rest/routes/list-dead-letters'
import { deadLettersTopic } from '@chat-battle/contracts/records/topics'
import { prefixed, type KafkaSettings, type KafkaClient } from '@chat-battle/runtime/kafka/client'
import type { Logger } from '@chat-battle/runtime/process/logger'
import type { DeadLetters } from '@chat-battle/runtime/kafka/dead-letters'
import { readValues } from '@chat-battle/runtime/kafka/value-reader'
import { Recent } from '../collections/recent.ts'
import { refuseAfter } from '../refusal.ts'

/** How long a request waits for Kafka. */
const answerWithinMs = 5000
/** Deadline of a read once Kafka answers: retention may delete the records that it waits for. */
const readWithinMs = 60_000

export interface DeadLetterReaderOptions {
  keep: DeadLetters['keep']
  withinMs?: number
}

/**
 * Creates the reader of the newest dead letters, oldest first. Concurrent requests share one read. It continues while Kafka is
 * away, and the requests are refused as `not_ready`. A record that is no dead letter becomes one, once.
 */
export function createDeadLetterReader(
  kafka: KafkaClient,
  settings: KafkaSettings,
  logger: Logger,
  { keep, withinMs = answerWithinMs }: DeadLetterReaderOptions,
): () => Promise<DeadLetter[]> {
  const topic = prefixed(settings, deadLettersTopic.name)
  const met = new Set<string>()
  let reading: Promise<DeadLetter[]> | undefined

  const readAll = async () => {
    const kept = new Recent<DeadLetter>(maxDeadLetters)
    await using reader = await readValues(kafka, topic, deadLetter, logger, {
      onValue: (value, { key }) => kept.set(key, value),
      onDeadLetter(record, problem) {
        if (!met.has(deadLetterKey(record))) keep(record, problem)
        met.add(deadLetterKey(record))
      },
    })
    await Promise.race([reader.caughtUp, refuseAfter(readWithinMs)])
    return [...kept.values()].reverse()
  }
  return () => {
    reading ??= readAll().finally(() => (reading = undefined))
    return Promise.race([reading, refuseAfter(withinMs)])
  }
}
