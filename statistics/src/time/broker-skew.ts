/** How far an event's time may lie beyond the broker's clock before it is not believed. */
export const maxAheadMs = 60_000
/** Nothing further ahead is ever believed. */
const maxSkewMs = 366 * 24 * 60 * 60_000
/** How many events in succession must agree that the broker's clock is wrong: a single one may have a wrong time. */
export const witnesses = 3
/** The skew is lowered after this many events over this much time with records. */
const lowerAfterEvents = 20
const lowerAfterMs = 60_000
/** A longer silence counts as this much: records that waited for the broker follow it, with too small a lead. */
const maxSilenceMs = 5000

/** The state of a `BrokerSkew`. A lead is by how many ms Twitch's time is ahead of the append time. */
export interface SkewState {
  skewMs: number
  /** Leads of the last events in succession that are not believed. */
  run: number[]
  /** Since the skew last changed: the greatest lead, the number of events, and the time with records. */
  highestMs: number
  events: number
  activeMs: number
  lastAppendMs: number
}

function noSkew(): SkewState {
  return { skewMs: 0, run: [], highestMs: 0, events: 0, activeMs: 0, lastAppendMs: 0 }
}

/**
 * How far the broker's clock is behind Twitch's, learned only from events that Twitch stamped. Three agreeing events in succession
 * raise it. It is lowered slowly, because events that waited for the broker look as if its clock were right.
 */
export class BrokerSkew {
  readonly state: SkewState

  constructor(state: SkewState = noSkew()) {
    this.state = state
  }

  isBelieved(timestamp: number, appendMs: number): boolean {
    return timestamp <= appendMs + this.state.skewMs + maxAheadMs
  }

  /** Whether an event with this time may still prove right and the broker's clock wrong. */
  isPossible(timestamp: number, appendMs: number): boolean {
    return timestamp <= appendMs + maxSkewMs
  }

  /** Learns from an event that Twitch stamped with `timestamp`; returns whether it is believed. */
  learn(timestamp: number, appendMs: number): boolean {
    const { state } = this
    const leadMs = timestamp - appendMs
    if (!this.isPossible(timestamp, appendMs)) return false
    if (!this.isBelieved(timestamp, appendMs)) return this.#doubt(leadMs, appendMs)
    if (state.run.length > 0) state.run = []
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
