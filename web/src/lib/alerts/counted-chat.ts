import type { ChatAck } from '@chat-battle/contracts/live/down'
import type { Channel } from '../channel/channel.svelte.ts'
import { Subscriptions } from '../battle/subscriptions.ts'
import { connectLive } from '../source/live-connection.ts'
import type { Rule } from './rule.ts'
import { TokenRates } from './token-rates.ts'

/**
 * Counts the words and emotes of rules in the messages of channels. It has a connection of its own, so that it and the chat pane
 * subscribe and unsubscribe independently; it is open only while a rule needs it.
 */
export class CountedChat {
  readonly #rates = new Map<Channel, TokenRates>()
  readonly #nowMs: () => number
  #rules: readonly Rule[] = []
  #live: ReturnType<typeof connectLive> | undefined
  #subscriptions: Subscriptions<Channel, ChatAck> | undefined

  /** `nowMs`: epoch ms by the servers. */
  constructor(nowMs: () => number) {
    this.#nowMs = nowMs
  }

  /** Counts for these rules in these channels from now on. */
  follow(rules: readonly Rule[], channels: readonly Channel[]): void {
    this.#rules = rules.filter(({ measure }) => measure === 'word' || measure === 'emote')
    const wanted = this.#rules.length === 0 ? [] : channels
    for (const channel of this.#rates.keys()) {
      if (wanted.includes(channel)) continue
      this.#rates.delete(channel)
      this.#subscriptions?.remove(channel)
    }
    if (wanted.length === 0) return this.close()
    const isNew = this.#live === undefined
    if (isNew) this.#open()
    for (const channel of wanted) {
      const known = this.#rates.get(channel)
      const rates = known ?? new TokenRates()
      rates.watch(this.#rules)
      this.#rates.set(channel, rates)
      if (known === undefined && !isNew) this.#subscriptions?.add(channel)
    }
  }

  rate(channel: Channel, ruleId: string): number {
    return this.#rates.get(channel)?.perMinute(ruleId, this.#nowMs()) ?? 0
  }

  close(): void {
    this.#rates.clear()
    this.#subscriptions?.close()
    this.#live?.close()
    this.#live = this.#subscriptions = undefined
  }

  #open(): void {
    const ignore = () => undefined
    const live = connectLive({
      onConnected: () => {
        for (const channel of this.#rates.keys()) this.#subscriptions?.add(channel)
      },
      onDisconnected: ignore,
      onStats: ignore,
      onStatus: ignore,
      onMessages: ({ channel_id: id, messages }) => {
        for (const [channel, rates] of this.#rates) {
          if (channel.status?.channel_id !== id) continue
          for (const message of messages) rates.add(message, this.#nowMs())
        }
      },
    })
    this.#live = live
    this.#subscriptions = new Subscriptions<Channel, ChatAck>(
      { subscribe: live.subscribeChat, unsubscribe: live.unsubscribeChat },
      {
        isShown: (channel) => this.#rates.has(channel),
        onAccepted: ignore,
        onRefused: ignore,
        onEnded: ignore,
      },
    )
  }
}
