import { deadLetterKey, deadLetter, type DeadLetter } from '@chat-battle/contracts/records/dead-letter'
import { deadLettersTopic } from '@chat-battle/contracts/records/topics'
import { prefixed, type KafkaSettings, type KafkaClient } from '@chat-battle/runtime/kafka/client'
import type { Logger } from '@chat-battle/runtime/process/logger'
import type { DeadLetters } from '@chat-battle/runtime/kafka/dead-letters'
import { readValues } from '@chat-battle/runtime/kafka/value-reader'
import { refuseAfter } from '../refusal.ts'

const newest = 100
/** How long a request waits for Kafka. */
const answerWithinMs = 5000
/** How long a reading may last once Kafka answers: records that went away meanwhile are waited for in vain. */
const readWithinMs = 60_000

export interface DeadLetterReaderOptions {
  keep: DeadLetters['keep']
  withinMs?: number
}

/**
 * Gives what reads the newest of the records that readers could not understand, oldest first. What is none itself is kept as
 * they are, the first time that it is met. Requests share one reading at a time, which goes on while Kafka is away; theirs
 * are refused as `not_ready` meanwhile.
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
    const kept = new Map<string, DeadLetter>()
    await using reader = await readValues(kafka, topic, deadLetter, logger, {
      onValue(value, { key }) {
        kept.delete(key)
        kept.set(key, value)
        const [oldest] = kept.keys()
        if (kept.size > newest && oldest !== undefined) kept.delete(oldest)
      },
      onDeadLetter(record, problem) {
        if (!met.has(deadLetterKey(record))) keep(record, problem)
        met.add(deadLetterKey(record))
      },
    })
    await Promise.race([reader.caughtUp, refuseAfter(readWithinMs)])
    return [...kept.values()]
  }
  return () => {
    reading ??= readAll().finally(() => (reading = undefined))
    return Promise.race([reading, refuseAfter(withinMs)])
  }
}
