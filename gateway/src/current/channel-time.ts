import type { ChannelStats } from '@chat-battle/contracts/records/channel-stats'
import { Recent } from '../collections/recent.ts'

/** Channels with the most recent frames, from whose offsets the time of other channels is estimated. */
const maxChannels = 100
/** A clock that was set back is followed after one to two of these periods. */
const recentMs = 5 * 60_000

/** How far a channel's time is ahead of the monotonic clock: the greatest offset of this period and of the previous one, ms. */
interface Offset {
  period: number
  aheadMs: number
  beforeMs: number
}

/**
 * Channel time, learned from frames as they arrive: the clock of this machine may be minutes off. A frame is late, never ahead
 * of its channel's time, so the greatest offset is the right one.
 */
export class ChannelTime {
  readonly #monotonicMs: () => number
  /** By channel id. */
  readonly #offsets = new Recent<Offset>(maxChannels)

  constructor(monotonicMs: () => number) {
    this.#monotonicMs = monotonicMs
  }

  /** Learns from a frame that has just arrived. A final frame is ignored: its window ended long before. */
  learn({ channel_id, final, last_message_at, coverage }: ChannelStats): void {
    const newestMs = Math.max(last_message_at ?? 0, coverage?.at(-1)?.to ?? 0)
    if (final || newestMs === 0) return
    const nowMs = this.#monotonicMs()
    const period = Math.floor(nowMs / recentMs)
    const aheadMs = newestMs - nowMs
    const known = this.#offsets.get(channel_id)
    this.#offsets.set(channel_id, next(known, period, aheadMs))
  }

  /** A channel's time now, epoch ms: its own, else the median of the others, else `fallbackMs` (before the first frame). */
  at(channelId: string, fallbackMs: number): number {
    const nowMs = this.#monotonicMs()
    const own = this.#offsets.get(channelId)
    if (own !== undefined) return nowMs + aheadOf(own)
    const [lower, upper] = middle([...this.#offsets.values()].map(aheadOf))
    if (lower === undefined || upper === undefined) return fallbackMs
    const isLowerNearer = Math.abs(nowMs + lower - fallbackMs) <= Math.abs(nowMs + upper - fallbackMs)
    return nowMs + (isLowerNearer ? lower : upper)
  }
}

function next(known: Offset | undefined, period: number, aheadMs: number): Offset {
  if (known === undefined || period > known.period + 1) return { period, aheadMs, beforeMs: -Infinity }
  if (period === known.period) return { ...known, aheadMs: Math.max(known.aheadMs, aheadMs) }
  return { period, aheadMs, beforeMs: known.aheadMs }
}

function aheadOf({ aheadMs, beforeMs }: Offset): number {
  return Math.max(aheadMs, beforeMs)
}

/** The two middle values of an even number of values; twice the middle value of an odd number. */
function middle(values: number[]): [number | undefined, number | undefined] {
  const sorted = values.sort((a, b) => a - b)
  return [sorted[Math.ceil(sorted.length / 2) - 1], sorted[Math.floor(sorted.length / 2)]]
}
