/** A line from further ahead of the expected time is not believed: no later line could take its time back. */
const maxAheadMs = 60_000
/** Twitch's time and the broker's may lie so far apart before one of the clocks counts as wrong. */
const maxSkewMs = 30_000
/** A skew is believed when all of the newest lines agree on it, and there are at least so many. */
const minAgreeing = 3
const maxAgreeing = 20
/** A skew is reported in steps, so that jitter is no news. */
const skewStepMs = 10_000
/** How long the median of the channels' clocks is reused. */
const medianAgeMs = 1000
/** How long the fastest line of a channel is remembered: clocks drift. */
const fastestAgeMs = 10 * 60_000

interface Reading {
  /** Twitch's time, epoch ms. */
  timestamp: number
  /** When it was received, monotonic ms. */
  atMs: number
}

interface ChannelReadings {
  last: Reading
  /** Of the newest lines, the one that was on its way for the shortest time. */
  fastest: Reading
}

/**
 * Twitch's time in each channel, epoch ms: that of the channel's own lines, continued by a monotonic clock between them; before
 * the first one, the median of the other channels.
 */
export class TwitchClock {
  readonly #channels = new Map<string, ChannelReadings>()
  readonly #leadsMs: number[] = []
  readonly #nowMs: () => number
  readonly #monotonicMs: () => number
  #median: { offsetMs: number | undefined; readAtMs: number } = { offsetMs: undefined, readAtMs: -Infinity }

  /** `nowMs`: the installation's time of day, epoch ms. */
  constructor(nowMs: () => number, monotonicMs: () => number) {
    this.#nowMs = nowMs
    this.#monotonicMs = monotonicMs
  }

  /** Takes the time of a line that was just received. */
  observe(login: string, timestamp: number): void {
    const leadMs = timestamp - this.#nowMs()
    this.#leadsMs.push(leadMs)
    if (this.#leadsMs.length > maxAgreeing) this.#leadsMs.shift()
    if (leadMs > maxAheadMs + Math.max(0, this.#skewMs())) return
    const known = this.#channels.get(login)
    if (known !== undefined && timestamp < known.last.timestamp) return
    if (this.#channels.size === 0) this.#median.readAtMs = -Infinity
    const last = { timestamp, atMs: this.#monotonicMs() }
    this.#channels.set(login, { last, fastest: fasterOf(known?.fastest, last) })
  }

  /**
   * The channel's time at a moment of the monotonic clock, by its last line: never later than what was received by then. Null
   * before any line with a time.
   */
  at(login: string, monotonicMs: number): number | null {
    return this.#timeAt(monotonicMs, this.#channels.get(login)?.last)
  }

  /** As `at`, by the line that came fastest of late: a last line that was long on its way makes it no earlier. */
  latestAt(login: string, monotonicMs: number): number | null {
    return this.#timeAt(monotonicMs, this.#channels.get(login)?.fastest)
  }

  now(login: string): number | null {
    return this.at(login, this.#monotonicMs())
  }

  /** How far Twitch's time is ahead of the installation's, negative where it is behind; null where both agree. */
  get skewMs(): number | null {
    const skewMs = Math.round(this.#skewMs() / skewStepMs) * skewStepMs
    return skewMs === 0 ? null : skewMs
  }

  forget(login: string): void {
    this.#channels.delete(login)
  }

  #timeAt(monotonicMs: number, reading: Reading | undefined): number | null {
    const offsetMs = reading === undefined ? this.#medianOffsetMs() : offsetOf(reading)
    return offsetMs === undefined ? null : Math.round(monotonicMs + offsetMs)
  }

  #skewMs(): number {
    if (this.#leadsMs.length < minAgreeing) return 0
    const least = Math.min(...this.#leadsMs)
    const greatest = Math.max(...this.#leadsMs)
    if (least > maxSkewMs) return least
    return greatest < -maxSkewMs ? greatest : 0
  }

  #medianOffsetMs(): number | undefined {
    const nowMs = this.#monotonicMs()
    if (nowMs - this.#median.readAtMs < medianAgeMs) return this.#median.offsetMs
    const offsets = [...this.#channels.values()].map(({ last }) => offsetOf(last))
    const offsetMs = offsets.sort((a, b) => a - b)[offsets.length >> 1]
    this.#median = { offsetMs: offsetMs ?? this.#median.offsetMs, readAtMs: nowMs }
    return this.#median.offsetMs
  }
}

function fasterOf(fastest: Reading | undefined, last: Reading): Reading {
  const isOld = fastest === undefined || last.atMs - fastest.atMs > fastestAgeMs
  return isOld || offsetOf(last) >= offsetOf(fastest) ? last : fastest
}

/** What is added to a moment of the monotonic clock. */
function offsetOf({ timestamp, atMs }: Reading): number {
  return timestamp - atMs
}
