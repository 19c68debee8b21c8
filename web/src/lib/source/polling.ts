import { callRoute, CallFailed } from '@chat-battle/contracts/rest/call-route'
import type { RequestError } from '@chat-battle/contracts/rest/errors'
import type { Snapshot } from '@chat-battle/contracts/rest/routes/get-snapshots'
import { watchChannels } from '@chat-battle/contracts/rest/routes/watch-channels'
import { windowMs } from '@chat-battle/contracts/window'
import { fetchSnapshots } from '../api/snapshots.ts'
import { retryAfter } from './retry-after.ts'
import { retryDelay } from './retry-delay.ts'

const pollEveryMs = 5000
/** A third of a lease: how often a channel that no ingest has joined yet is requested again. */
const watchEveryMs = 20_000
/** The longest wait that a server's `Retry-After` can cause. */
const maxWaitMs = 5 * 60_000

/** `slowed`: refused because of too many requests. `outdated`: the page is older than the server and cannot read its answer. */
export type Answer = 'answered' | 'slowed' | 'unanswered' | 'outdated'

export interface PollingListeners {
  /** The names to request. */
  channels: () => readonly string[]
  onSnapshot: (snapshot: Snapshot) => void
  /** Why the server refuses to monitor a channel; null once it does. */
  onRefused: (name: string, refusal: RequestError | null) => void
  /** Called after each round. */
  onRound: (answer: Answer) => void
}

/** Fetches statuses and figures by REST: all channels in one request, every five seconds. */
export class Polling {
  readonly #listeners: PollingListeners
  readonly #ended = new AbortController()
  /** When each channel was last requested, monotonic ms. */
  readonly #watchedAtMs = new Map<string, number>()
  /** Start of the current window of each channel whose previous window was read, epoch ms. */
  readonly #startsMs = new Map<string, number>()
  #failures = 0
  #isSlowed = false
  #wake: (() => void) | undefined

  constructor(listeners: PollingListeners) {
    this.#listeners = listeners
    void this.#run()
  }

  /** Starts the next round at once, unless the server makes the page wait. */
  pollSoon(): void {
    if (!this.#isSlowed) this.#wake?.()
  }

  end(): void {
    this.#ended.abort()
    this.#wake?.()
  }

  async #run(): Promise<void> {
    while (!this.#ended.signal.aborted) {
      const waitMs = await this.#round()
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, waitMs)
        this.#wake = () => {
          clearTimeout(timer)
          resolve()
        }
      })
    }
  }

  /** Polls once; returns the time until the next round in ms. */
  async #round(): Promise<number> {
    try {
      await this.#poll()
      return this.#finish('answered')
    } catch (error) {
      if (!(error instanceof CallFailed)) return this.#finish('unanswered')
      if (error.isClientOutdated) return this.#finish('outdated')
      if (error.status !== 429) return this.#finish('unanswered')
      return this.#finish('slowed', retryAfter(error.retryAfter))
    }
  }

  #finish(answer: Answer, retryAfterMs?: number): number {
    if (this.#ended.signal.aborted) return 0
    this.#isSlowed = answer === 'slowed'
    if (answer === 'answered') this.#failures = 0
    this.#listeners.onRound(answer)
    if (answer !== 'slowed') return pollEveryMs
    return Math.min(maxWaitMs, Math.max(pollEveryMs, retryAfterMs ?? retryDelay(++this.#failures)))
  }

  async #poll(): Promise<void> {
    const names = this.#listeners.channels()
    for (const known of [this.#watchedAtMs, this.#startsMs])
      for (const name of known.keys()) if (!names.includes(name)) known.delete(name)
    if (names.length === 0) return
    const current = await this.#fetch(names)
    await this.#watch(current)
    await this.#fetchPrevious(current)
  }

  /** Requests the channels that are not monitored. */
  async #watch(current: readonly Snapshot[]): Promise<void> {
    const nowMs = performance.now()
    const wanted = current
      .filter(({ status, error }) => status === null && error?.kind !== 'malformed_channel')
      .map(({ asked }) => asked)
      .filter((name) => nowMs - (this.#watchedAtMs.get(name) ?? -Infinity) >= watchEveryMs)
    if (wanted.length === 0) return
    for (const name of wanted) this.#watchedAtMs.set(name, nowMs)
    const { signal } = this.#ended
    const { leases } = await callRoute(watchChannels, { query: { channels: wanted } }, { signal })
    for (const { asked, error } of leases) this.#listeners.onRefused(asked, error)
  }

  /** Fetches the windows before the current ones: their last frames are not among those that are polled. */
  async #fetchPrevious(current: readonly Snapshot[]): Promise<void> {
    const lacking = current.filter(
      ({ asked, stats }) => stats !== null && this.#startsMs.get(asked) !== stats.window_start,
    )
    for (const [startMs, snapshots] of Map.groupBy(lacking, ({ stats }) => stats?.window_start ?? 0)) {
      const names = snapshots.map(({ asked }) => asked)
      await this.#fetch(names, startMs - windowMs)
      for (const name of names) this.#startsMs.set(name, startMs)
    }
  }

  async #fetch(names: readonly string[], startMs?: number): Promise<Snapshot[]> {
    const snapshots = await fetchSnapshots(names, startMs, { signal: this.#ended.signal })
    snapshots.forEach(this.#listeners.onSnapshot)
    return snapshots
  }
}
