/** How far an event's time may lie beyond the broker's clock before it is not believed. */
export const maxAheadMs = 60_000
/** Nothing further ahead is ever believed. */
export const maxSkewMs = 366 * 24 * 60 * 60_000
/** So many in succession must agree before the broker's clock is taken for wrong: one may be a wild time. */
export const witnesses = 3
/** A skew is lowered once so many events, over so much time in which records came, say so. */
const lowerAfterEvents = 20
const lowerAfterMs = 60_000
/** A longer silence counts as this much: what waited for the broker comes after it, and looks less far ahead than it was. */
const maxSilenceMs = 5000

/** What is plain in a `BrokerSkew`. Leads are ms that Twitch's time is ahead of the append time. */
export interface SkewState {
  skewMs: number
  /** Leads of the last events in succession that were not believed. */
  run: number[]
  /** Since the skew was last weighed: the greatest lead, the events, and the time in which records came. */
  highestMs: number
  events: number
  activeMs: number
  lastAppendMs: number
}

export function noSkew(): SkewState {
  return { skewMs: 0, run: [], highestMs: 0, events: 0, activeMs: 0, lastAppendMs: 0 }
}

/**
 * How far the broker's clock is behind Twitch's, learned from the events that Twitch stamped, and from nothing else. Raised by
 * three in succession that agree, lowered slowly: events that waited for the broker look as if its clock were right.
 */
export class BrokerSkew {
  readonly state: SkewState

  constructor(state: SkewState = noSkew()) {
    this.state = state
  }

  isBelieved(timestamp: number, appendMs: number): boolean {
    return timestamp <= appendMs + this.state.skewMs + maxAheadMs
  }

  /** Whether it may yet turn out that the clock is wrong, and not an event with this time. */
  isPossible(timestamp: number, appendMs: number): boolean {
    return timestamp <= appendMs + maxSkewMs
  }

  /** Learns from an event that Twitch stamped with `timestamp`; true where it is believed. */
  learn(timestamp: number, appendMs: number): boolean {
    const { state } = this
    const leadMs = timestamp - appendMs
    if (!this.isPossible(timestamp, appendMs)) return false
    if (!this.isBelieved(timestamp, appendMs)) return this.#doubt(leadMs, appendMs)
    state.run = []
    if (state.skewMs === 0) return true
    state.highestMs = Math.max(state.highestMs, leadMs)
    state.events++
    state.activeMs += Math.min(Math.max(0, appendMs - state.lastAppendMs), maxSilenceMs)
    state.lastAppendMs = appendMs
    if (state.events >= lowerAfterEvents && state.activeMs >= lowerAfterMs) {
      const lowerMs = state.highestMs <= maxAheadMs ? 0 : state.highestMs
      this.#weigh(Math.min(state.skewMs, lowerMs), appendMs)
    }
    return true
  }

  #doubt(leadMs: number, appendMs: number): boolean {
    const { state } = this
    const run = [...state.run, leadMs]
    const agrees = Math.max(...run) - Math.min(...run) <= maxAheadMs
    state.run = agrees ? run : [leadMs]
    if (state.run.length < witnesses) return false
    this.#weigh(Math.min(...state.run), appendMs)
    return true
  }

  #weigh(skewMs: number, appendMs: number): void {
    Object.assign(this.state, { ...noSkew(), skewMs, lastAppendMs: appendMs })
  }
}
