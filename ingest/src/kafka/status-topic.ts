import { channelStatusRecord, type ChannelStatusRecord } from '@chat-battle/contracts/records/channel-status'
import { channelStatusTopic } from '@chat-battle/contracts/records/topics'
import { prefixed, type KafkaClient, type KafkaSettings } from '@chat-battle/runtime/kafka/client'
import { createConflatingProducer } from '@chat-battle/runtime/kafka/conflating-producer'
import type { DeadLetters } from '@chat-battle/runtime/kafka/dead-letters'
import { readValues } from '@chat-battle/runtime/kafka/value-reader'
import type { Logger } from '@chat-battle/runtime/process/logger'
import { startOwned } from '@chat-battle/runtime/process/owned'
import type { Membership } from '../membership/membership.ts'
import { statusValue, type Statuses } from '../membership/statuses.ts'

export interface StatusTopic extends AsyncDisposable {
  publish(status: ChannelStatusRecord): void
}

export interface StatusTopicOptions {
  settings: KafkaSettings
  logger: Logger
  deadLetters: DeadLetters
  statuses: Statuses
  membership: Pick<Membership, 'onStatus' | 'onDeleted'>
}

/** Writes this instance's statuses, and reads those of every ingest. Resolves when the whole topic was read. */
export function openStatusTopic(
  kafka: KafkaClient,
  { settings, logger, deadLetters, statuses, membership }: StatusTopicOptions,
): Promise<StatusTopic> {
  return startOwned(async (owned) => {
    const topic = prefixed(settings, channelStatusTopic.name)
    const producer = owned.use(await createConflatingProducer(kafka, { topic, logger }))
    const reader = owned.use(
      await readValues(kafka, topic, channelStatusRecord, logger, {
        onValue(status, { appendedAtMs }) {
          membership.onStatus(status)
          const deleted = statuses.take(status, appendedAtMs)
          if (deleted !== undefined) producer.offer(deleted, null)
        },
        onDeleted({ key }) {
          statuses.forget(key)
          membership.onDeleted(key)
        },
        onDeadLetter: deadLetters.keep,
      }),
    )
    await reader.caughtUp
    statuses.onCaughtUp()
    return {
      publish: (status: ChannelStatusRecord) => producer.offer(status.channel_login, statusValue(status)),
    }
  })
}
