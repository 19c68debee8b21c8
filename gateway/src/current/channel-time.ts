import type { ChannelStats } from '@chat-battle/contracts/records/channel-stats'

/** The channels of which a frame arrived last are those that tell the time to the others. */
const maxChannels = 100
/** The time follows a clock that was set back after one to two of these. */
const recentMs = 5 * 60_000

/** How far a channel's time is ahead of the monotonic clock: the greatest seen in this stretch of time and the one before. */
interface Offset {
  stretch: number
  aheadMs: number
  beforeMs: number
}

/**
 * The time by which the processor counts, learned from frames as they arrive: this machine's clock may be minutes off. A frame
 * is never ahead of its channel's time, only late, so the greatest difference is the right one.
 */
export class ChannelTime {
  readonly #monotonicMs: () => number
  /** By channel id; the one of which a frame arrived last comes last. */
  readonly #offsets = new Map<string, Offset>()

  constructor(monotonicMs: () => number) {
    this.#monotonicMs = monotonicMs
  }

  /** Learns from an open window's frame that has just arrived. A final frame is sent when its window is long over. */
  learn({ channel_id, final, last_message_at, coverage }: ChannelStats): void {
    const newestMs = Math.max(last_message_at ?? 0, coverage?.at(-1)?.to ?? 0)
    if (final || newestMs === 0) return
    const nowMs = this.#monotonicMs()
    const stretch = Math.floor(nowMs / recentMs)
    const aheadMs = newestMs - nowMs
    const known = this.#offsets.get(channel_id)
    this.#offsets.delete(channel_id)
    this.#offsets.set(channel_id, next(known, stretch, aheadMs))
    const [longestAgo] = this.#offsets.keys()
    if (this.#offsets.size > maxChannels && longestAgo !== undefined) this.#offsets.delete(longestAgo)
  }

  /** A channel's time now, epoch ms: its own, or else the median of the others; `fallbackMs` before a frame has arrived. */
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

function next(known: Offset | undefined, stretch: number, aheadMs: number): Offset {
  if (known === undefined || stretch > known.stretch + 1) return { stretch, aheadMs, beforeMs: -Infinity }
  if (stretch === known.stretch) return { ...known, aheadMs: Math.max(known.aheadMs, aheadMs) }
  return { stretch, aheadMs, beforeMs: known.aheadMs }
}

function aheadOf({ aheadMs, beforeMs }: Offset): number {
  return Math.max(aheadMs, beforeMs)
}

/** The two in the middle of an even number, or twice the one. */
function middle(values: number[]): [number | undefined, number | undefined] {
  const sorted = values.sort((a, b) => a - b)
  return [sorted[Math.ceil(sorted.length / 2) - 1], sorted[Math.floor(sorted.length / 2)]]
}
