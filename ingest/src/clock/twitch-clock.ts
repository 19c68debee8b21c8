/** A line that is further ahead of the expected time is ignored: no later line could correct its time. */
const maxAheadMs = 60_000
/** Twitch's time and the broker's may differ by this much before a skew counts. */
const maxSkewMs = 30_000
/** A skew counts when all of the newest `maxAgreeing` lines agree on it, and at least `minAgreeing` lines came. */
const minAgreeing = 3
const maxAgreeing = 20
/** A skew is reported in steps, so that jitter does not change it. */
const skewStepMs = 10_000
/** How long the median of the channels' clocks is reused. */
const medianAgeMs = 1000
/** How long the fastest line of a channel counts: clocks drift. */
const fastestAgeMs = 10 * 60_000

interface Reading {
  /** Twitch's time, epoch ms. */
  timestamp: number
  /** When it was received, monotonic ms. */
  atMs: number
}

interface ChannelReadings {
  last: Reading
  /** The newest line with the shortest transit. */
  fastest: Reading
}

/**
 * Twitch's time in each channel, epoch ms: the time of the channel's newest line, continued by a monotonic clock. Before its
 * first line, a channel has the median time of the others.
 */
export class TwitchClock {
  readonly #channels = new Map<string, ChannelReadings>()
  readonly #leadsMs: number[] = []
  readonly #nowMs: () => number
  readonly #monotonicMs: () => number
  #median: { offsetMs: number | undefined; readAtMs: number } = { offsetMs: undefined, readAtMs: -Infinity }

  /** `nowMs`: the broker's time of day, epoch ms. `monotonicMs`: monotonic ms. */
  constructor(nowMs: () => number, monotonicMs: () => number) {
    this.#nowMs = nowMs
    this.#monotonicMs = monotonicMs
  }

  /** A line with `timestamp`, epoch ms of Twitch's clock, was received now. */
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
   * The channel's time at `monotonicMs`, by its last line: never later than the lines that were received by then. Null before
   * any channel's first line with a time.
   */
  at(login: string, monotonicMs: number): number | null {
    return this.#timeAt(monotonicMs, this.#channels.get(login)?.last)
  }

  /** As `at`, by the line with the shortest transit: a delayed last line does not make it earlier. */
  latestAt(login: string, monotonicMs: number): number | null {
    return this.#timeAt(monotonicMs, this.#channels.get(login)?.fastest)
  }

  now(login: string): number | null {
    return this.at(login, this.#monotonicMs())
  }

  /** How far Twitch's time is ahead of the broker's, in ms; negative: behind; null: both agree. */
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

/** Twitch's time minus the monotonic time. */
function offsetOf({ timestamp, atMs }: Reading): number {
  return timestamp - atMs
}
