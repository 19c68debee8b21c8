import type { ShownMessage } from '@chat-battle/contracts/records/shown-message'
import { comparable, type Rule } from './rule.ts'

const minuteMs = 60_000
const secondMs = 1000
/** Ids of the last minute that are remembered per channel: a reconnect sends kept messages again. */
const maxIds = 20_000

type TokenRule = Pick<Rule, 'id' | 'measure' | 'token'>
type Said = Pick<
  ShownMessage,
  'message_id' | 'message' | 'emotes' | 'timestamp' | 'is_bot' | 'source_channel_id'
>

/** Counts the messages with the words and emotes of rules, of one channel, over the last minute of its time. */
export class TokenRates {
  /** By rule, then by second. */
  readonly #counts = new Map<string, Map<number, number>>()
  readonly #ids = new Map<string, number>()
  #rules: readonly TokenRule[] = []

  /** Counts for these rules from now on. */
  watch(rules: readonly TokenRule[]): void {
    this.#rules = rules.filter(({ measure }) => measure === 'word' || measure === 'emote')
    for (const id of this.#counts.keys())
      if (!this.#rules.some((rule) => rule.id === id)) this.#counts.delete(id)
  }

  /** Messages of bots and mirrored ones count nothing, and each message once. */
  add(message: Said, nowMs: number): void {
    const { message_id: id, timestamp } = message
    if (timestamp <= nowMs - minuteMs || this.#ids.has(id)) return
    this.#ids.set(id, timestamp)
    this.#forgetIds(nowMs)
    if (message.is_bot === true || message.source_channel_id !== null) return
    const text = comparable(message.message)
    for (const rule of this.#rules) if (has(message, text, rule)) this.#count(rule.id, timestamp)
  }

  /** Messages of the last minute. */
  perMinute(ruleId: string, nowMs: number): number {
    const counts = this.#counts.get(ruleId)
    let sum = 0
    for (const [second, count] of counts ?? []) {
      if (second <= (nowMs - minuteMs) / secondMs) counts?.delete(second)
      else sum += count
    }
    return sum
  }

  #count(ruleId: string, timestamp: number): void {
    const counts = this.#counts.get(ruleId) ?? new Map<number, number>()
    const second = Math.floor(timestamp / secondMs)
    counts.set(second, (counts.get(second) ?? 0) + 1)
    this.#counts.set(ruleId, counts)
  }

  /** The oldest first. */
  #forgetIds(nowMs: number): void {
    for (const [id, timestamp] of this.#ids) {
      if (timestamp > nowMs - minuteMs && this.#ids.size <= maxIds) return
      this.#ids.delete(id)
    }
  }
}

function has({ emotes }: Said, text: string, { measure, token }: TokenRule): boolean {
  return measure === 'emote' ? emotes.some(({ name }) => name === token) : text.includes(comparable(token))
}
