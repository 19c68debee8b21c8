import type { ChatAck, SubscribeAck } from '@chat-battle/contracts/live/down'
import type { RequestError } from '@chat-battle/contracts/rest/errors'
import { retryDelay } from '../source/retry-delay.ts'

/** A channel as it is subscribed to: by the short form that names it now. */
export interface Named {
  readonly name: string
}

/** What subscribes and unsubscribes. `answered` is called once, unless the connection is lost before. */
export interface SubscriptionRequests<A extends SubscribeAck | ChatAck> {
  subscribe: (name: string, answered: (answer: A | undefined) => void) => void
  unsubscribe: (name: string, answered: (answer: A | undefined) => void) => void
}

export interface SubscriptionListeners<C extends Named, A extends SubscribeAck | ChatAck> {
  isShown: (channel: C) => boolean
  onAccepted: (channel: C, answer: Extract<A, { ok: true }>) => void
  onRefused: (channel: C, refusal: RequestError) => void
  /** The subscription of another name for the channel of this login has ended. */
  onEnded: (login: string) => void
}

const unanswered: RequestError = { kind: 'not_ready', message: 'no answer to the subscription' }

/** Subscribes channels on the live connection, and retries those that are refused. */
export class Subscriptions<C extends Named, A extends SubscribeAck | ChatAck> {
  readonly #requests: SubscriptionRequests<A>
  readonly #listeners: SubscriptionListeners<C, A>
  readonly #retries = new Map<C, { failures: number; timer: ReturnType<typeof setTimeout> }>()

  constructor(requests: SubscriptionRequests<A>, listeners: SubscriptionListeners<C, A>) {
    this.#requests = requests
    this.#listeners = listeners
  }

  add(channel: C): void {
    clearTimeout(this.#retries.get(channel)?.timer)
    this.#requests.subscribe(channel.name, (answer) => this.#onAnswer(channel, answer))
  }

  remove(channel: C): void {
    this.#endRetries(channel)
    this.#requests.unsubscribe(channel.name, (answer) => {
      if (answer?.ok === true) this.#listeners.onEnded(answer.status.channel_login)
    })
  }

  close(): void {
    for (const { timer } of this.#retries.values()) clearTimeout(timer)
    this.#retries.clear()
  }

  #onAnswer(channel: C, answer: A | undefined): void {
    if (!this.#listeners.isShown(channel)) return
    if (answer?.ok === true) {
      this.#endRetries(channel)
      this.#listeners.onAccepted(channel, answer as Extract<A, { ok: true }>)
      return
    }
    this.#listeners.onRefused(channel, answer?.error ?? unanswered)
    const failures = (this.#retries.get(channel)?.failures ?? 0) + 1
    const timer = setTimeout(() => this.add(channel), retryDelay(failures))
    this.#retries.set(channel, { failures, timer })
  }

  #endRetries(channel: C): void {
    clearTimeout(this.#retries.get(channel)?.timer)
    this.#retries.delete(channel)
  }
}
