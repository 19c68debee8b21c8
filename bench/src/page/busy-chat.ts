import type { ChannelStats } from '@chat-battle/contracts/records/channel-stats'
import { emptyStats } from '@chat-battle/contracts/records/empty-stats'
import { seriesStepMs, windowMs, windowStart } from '@chat-battle/contracts/window'

const chatters = 900
const emotes = 60

/** The frames of a busy channel: each counts some messages more than the one before. `now`: its time, epoch ms. */
export class BusyChat {
  readonly #login: string
  readonly channelId: string
  readonly #now: () => number
  #startMs: number
  #counts: number[]
  readonly #byChatter = new Map<number, number>()
  readonly #byEmote = new Map<number, number>()
  #messages = 0

  constructor(login: string, channelId: string, now: () => number = Date.now) {
    this.#login = login
    this.channelId = channelId
    this.#now = now
    this.#startMs = windowStart(now())
    this.#counts = Array.from({ length: this.#step(now()) }, () => 300 + Math.floor(Math.random() * 400))
    for (const count of this.#counts) this.#messages += count
  }

  say(messages: number): void {
    this.#turn()
    const step = this.#step(this.#now())
    while (this.#counts.length <= step) this.#counts.push(0)
    this.#counts[step] = (this.#counts[step] ?? 0) + messages
    this.#messages += messages
    for (let message = 0; message < messages; message++) {
      increment(this.#byChatter, skewed(chatters))
      if (message % 2 === 0) increment(this.#byEmote, skewed(emotes))
    }
  }

  frame(): ChannelStats {
    const nowMs = this.#now()
    const covered = { from: this.#startMs, to: Math.min(nowMs, this.#startMs + windowMs) }
    return {
      ...emptyStats(this.channelId, this.#login, this.#startMs, [covered]),
      revision: this.#messages,
      message_count: this.#messages,
      unique_chatters: this.#byChatter.size,
      subscriber_messages: Math.floor(this.#messages / 3),
      first_time_chatters: Math.floor(this.#messages / 90),
      bits: Math.floor(this.#messages / 50) * 100,
      top_emotes: top(this.#byEmote).map(([emote, count]) => ({
        id: String(425_618 + emote),
        name: `benchEmote${emote}`,
        count,
        provider: 'twitch' as const,
      })),
      top_chatters: top(this.#byChatter).map(([chatter, count]) => ({
        user_id: String(12_345_670 + chatter),
        username: `some_chatter_${chatter}`,
        count,
        bot: chatter === 1,
      })),
      notices: { sub: 12, resub: 31, raid: 1 },
      series: { step_ms: seriesStepMs, counts: [...this.#counts] },
      first_message_at: this.#startMs,
      last_message_at: nowMs,
    }
  }

  /** Begins a window when the one before is over. */
  #turn(): void {
    const startMs = windowStart(this.#now())
    if (startMs === this.#startMs) return
    this.#startMs = startMs
    this.#counts = []
    this.#messages = 0
    this.#byChatter.clear()
    this.#byEmote.clear()
  }

  #step(atMs: number): number {
    return Math.min(windowMs / seriesStepMs - 1, Math.floor((atMs - this.#startMs) / seriesStepMs))
  }
}

function increment(counts: Map<number, number>, key: number): void {
  counts.set(key, (counts.get(key) ?? 0) + 1)
}

/** Below `end`; small numbers far more often than great ones. */
function skewed(end: number): number {
  return Math.floor(end * Math.random() ** 3)
}

function top(counts: Map<number, number>): [number, number][] {
  return [...counts].sort((a, b) => b[1] - a[1]).slice(0, 10)
}
