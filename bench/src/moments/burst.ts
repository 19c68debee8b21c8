import type { ChatEvent } from '@chat-battle/contracts/records/chat-event'

/** Epoch ms. */
export interface Stretch {
  readonly startMs: number
  readonly endMs: number
}

/** A stretch in which chat is made `factor` times as fast. */
export interface Burst extends Stretch {
  readonly factor: number
}

/** A chat of one channel with known bursts, in the order of its time. */
export interface JudgedChat {
  readonly bursts: readonly Burst[]
  readonly hours: number
  /** Where chat explodes by itself: whatever is reported there is neither right nor wrong. */
  readonly natural: readonly Stretch[]
  events(): Iterable<ChatEvent>
}

const minApartMs = 4 * 60_000

/** Bursts at random times, apart from each other. `next`: a random number in [0, 1). */
export function scatterBursts(given: {
  startMs: number
  endMs: number
  count: number
  forMs: number
  factor: number
  next: () => number
  /** Where no burst may be. */
  taken?: readonly Stretch[]
}): Burst[] {
  const { startMs, endMs, count, forMs, factor, next, taken = [] } = given
  const isFree = (at: number) => taken.every((each) => at + forMs < each.startMs || at > each.endMs)
  const bursts: Burst[] = []
  for (let attempt = 0; bursts.length < count && attempt < 100 * count; attempt++) {
    const at = startMs + Math.floor(next() * (endMs - startMs - forMs))
    if (isFree(at) && bursts.every((burst) => Math.abs(burst.startMs - at) >= minApartMs))
      bursts.push({ startMs: at, endMs: at + forMs, factor })
  }
  return bursts.sort((a, b) => a.startMs - b.startMs)
}
