import type { SubscribeAck } from '@chat-battle/contracts/live/down'
import type { Channel } from '../channel/channel.svelte.ts'
import type { LiveConnection } from '../source/live-connection.ts'
import { retryDelay } from '../source/retry-delay.ts'

export type Accepted = Extract<SubscribeAck, { ok: true }>

export interface SubscriptionListeners {
  isShown: (channel: Channel) => boolean
  onAccepted: (channel: Channel, answer: Accepted) => void
  onRefused: (channel: Channel, message: string) => void
  /** The subscription of another name for the channel of this login has ended. */
  onEnded: (login: string) => void
}

/** Subscribes channels on the live connection, and retries those that are refused. */
export class Subscriptions {
  readonly #connection: LiveConnection
  readonly #listeners: SubscriptionListeners
  readonly #retries = new Map<Channel, { failures: number; timer: ReturnType<typeof setTimeout> }>()

  constructor(connection: LiveConnection, listeners: SubscriptionListeners) {
    this.#connection = connection
    this.#listeners = listeners
  }

  add(channel: Channel): void {
    clearTimeout(this.#retries.get(channel)?.timer)
    this.#connection.subscribe(channel.name, (answer) => this.#onAnswer(channel, answer))
  }

  remove(channel: Channel): void {
    this.#endRetries(channel)
    this.#connection.unsubscribe(channel.name, (answer) => {
      if (answer?.ok === true) this.#listeners.onEnded(answer.status.channel_login)
    })
  }

  close(): void {
    for (const { timer } of this.#retries.values()) clearTimeout(timer)
    this.#retries.clear()
    this.#connection.close()
  }

  #onAnswer(channel: Channel, answer: SubscribeAck | undefined): void {
    if (!this.#listeners.isShown(channel)) return
    if (answer?.ok === true) {
      this.#endRetries(channel)
      this.#listeners.onAccepted(channel, answer)
      return
    }
    this.#listeners.onRefused(channel, answer?.error.message ?? 'no answer to the subscription')
    const failures = (this.#retries.get(channel)?.failures ?? 0) + 1
    const timer = setTimeout(() => this.add(channel), retryDelay(failures))
    this.#retries.set(channel, { failures, timer })
  }

  #endRetries(channel: Channel): void {
    clearTimeout(this.#retries.get(channel)?.timer)
    this.#retries.delete(channel)
  }
}
