import { backoffMs } from '../twitch/backoff.ts'
import { ApiFailed, maxChannelsPerCall, type StreamsByChannel } from './twitch-api.ts'

const usualPeriodMs = 60_000
/** Reads begin after this part of a period: a count that comes a little early or late is still of its own minute. */
const beginsAfter = 1 / 6
/** Bounds the requests to one per second: 60 of the 800 that Twitch grants per minute. */
const minPauseMs = 1000

export interface PollerPorts {
  /** Twitch's time, epoch ms: every window begins with a minute of it. */
  nowMs: () => number
  /** Monotonic ms. */
  monotonicMs: () => number
  /** The ids of the channels to read. */
  channels: () => Iterable<string>
  read: (channelIds: readonly string[], signal: AbortSignal) => Promise<StreamsByChannel>
  onAnswer: (streams: StreamsByChannel) => void
  /** `isRecovery`: the request before failed. */
  onSuccess: (isRecovery: boolean) => void
  /** `isFirst`: the request before succeeded. */
  onFailure: (error: ApiFailed, isFirst: boolean) => void
  periodMs?: number
  random?: () => number
}

/**
 * Reads the stream of every channel once per minute, of up to 100 channels at a time, and of a new channel at once. After a
 * failure it waits: what was not read in its minute is missing.
 */
export class StreamPoller {
  readonly #ports: Required<PollerPorts>
  /** The period in which each channel was last read. */
  readonly #readIn = new Map<string, number>()
  readonly #ended = new AbortController()
  #reading: Promise<void> | undefined
  #notBeforeMs = -Infinity
  #failures = 0
  #failingSinceMs: number | undefined

  constructor(ports: PollerPorts) {
    this.#ports = { periodMs: usualPeriodMs, random: Math.random, ...ports }
  }

  /** How long no request has succeeded, in ms; 0: the last one did. */
  get failingForMs(): number {
    return this.#failingSinceMs === undefined ? 0 : this.#ports.monotonicMs() - this.#failingSinceMs
  }

  /** Starts the next request if one is due. Call it every second. */
  tick(): void {
    const nowMs = this.#ports.monotonicMs()
    if (this.#reading !== undefined || nowMs < this.#notBeforeMs || this.#ended.signal.aborted) return
    const batch = this.#takeDue()
    if (batch.length === 0) return
    this.#notBeforeMs = nowMs + minPauseMs
    this.#reading = this.#read(batch).finally(() => (this.#reading = undefined))
  }

  stop(): void {
    this.#ended.abort()
  }

  /** Up to 100 channels that are due, those that were read least recently first. */
  #takeDue(): string[] {
    const { periodMs } = this.#ports
    const now = this.#ports.nowMs() / periodMs
    const wanted = new Set(this.#ports.channels())
    for (const id of this.#readIn.keys()) if (!wanted.has(id)) this.#readIn.delete(id)
    const period = Math.floor(now)
    const newestDue = now - period < beginsAfter ? period - 2 : period - 1
    const readIn = (id: string) => this.#readIn.get(id) ?? -Infinity
    return [...wanted]
      .filter((id) => readIn(id) <= newestDue)
      .sort((a, b) => readIn(a) - readIn(b) || 0)
      .slice(0, maxChannelsPerCall)
  }

  async #read(batch: readonly string[]): Promise<void> {
    const period = Math.floor(this.#ports.nowMs() / this.#ports.periodMs)
    try {
      const streams = await this.#ports.read(batch, this.#ended.signal)
      if (this.#ended.signal.aborted) return
      for (const id of batch) this.#readIn.set(id, period)
      this.#onSuccess()
      this.#ports.onAnswer(streams)
    } catch (error) {
      if (!(error instanceof ApiFailed)) throw error
      if (!this.#ended.signal.aborted) this.#onFailure(error)
    }
  }

  #onSuccess(): void {
    this.#ports.onSuccess(this.#failures > 0)
    this.#failures = 0
    this.#failingSinceMs = undefined
  }

  #onFailure(error: ApiFailed): void {
    const nowMs = this.#ports.monotonicMs()
    this.#ports.onFailure(error, this.#failures === 0)
    this.#failures++
    this.#failingSinceMs ??= nowMs
    const waitMs = Math.max(minPauseMs, backoffMs(this.#failures, this.#ports.random), error.retryAfterMs)
    this.#notBeforeMs = nowMs + waitMs
  }
}
