import { lease, leaseUntil } from '@chat-battle/contracts/records/lease'
import { monitoredChannelsTopic } from '@chat-battle/contracts/records/topics'
import { prefixed, type KafkaClient, type KafkaSettings } from '@chat-battle/runtime/kafka/client'
import type { DeadLetters } from '@chat-battle/runtime/kafka/dead-letters'
import { readValues } from '@chat-battle/runtime/kafka/value-reader'
import type { Logger } from '@chat-battle/runtime/process/logger'
import { LeaseView } from './lease-view.ts'

export interface LeaseFollowerParts {
  kafka: KafkaClient
  settings: KafkaSettings
  logger: Logger
  deadLetters: Pick<DeadLetters, 'keep'>
}

/** Follows the leases of all clients from the first request on: only an operator asks for them. */
export class LeaseFollower implements AsyncDisposable {
  readonly #parts: LeaseFollowerParts
  readonly #view = new LeaseView()
  #reader: AsyncDisposable | undefined
  #hasStarted = false
  #isStopped = false
  #isRead = false

  constructor(parts: LeaseFollowerParts) {
    this.#parts = parts
  }

  /** Null until the leases have been read once. */
  view(): Pick<LeaseView, 'endOf'> | null {
    if (!this.#hasStarted) void this.#start()
    return this.#isRead ? this.#view : null
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isStopped = true
    await this.#reader?.[Symbol.asyncDispose]()
  }

  async #start(): Promise<void> {
    this.#hasStarted = true
    const { kafka, settings, logger, deadLetters } = this.#parts
    const topic = prefixed(settings, monitoredChannelsTopic.name)
    try {
      const reader = await readValues(kafka, topic, lease, logger, {
        onValue: (value, { key, appendedAtMs }) => this.#view.renew(key, leaseUntil(appendedAtMs, value)),
        onDeleted: ({ key }) => this.#view.forget(key),
        onDeadLetter: deadLetters.keep,
      })
      this.#reader = reader
      // The gateway may have stopped in the meantime.
      if (this.#isStopped) return await reader[Symbol.asyncDispose]()
      await reader.caughtUp
      this.#isRead = true
    } catch (error) {
      this.#hasStarted = false
      if (!this.#isStopped) logger.warn({ err: error }, 'the leases could not be read')
    }
  }
}
