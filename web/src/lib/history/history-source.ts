import type { TimeRange } from '@chat-battle/contracts/records/channel-stats'
import type { Moment } from '@chat-battle/contracts/records/moment'
import type { History } from '@chat-battle/contracts/rest/routes/get-history'
import type { BattleAddress } from '../battle/battle-address.ts'
import { dayBeforeMs, streamBeforeMs } from './comparison.ts'
import type { HistoryCalls } from './fetch-history.ts'
import { historyProblem, type HistoryProblem } from './history-problem.ts'
import { refreshMs, stepOf, timesOf, type HistoryChoice } from './range-times.ts'

/** What is compared with: a history some time earlier. `missing`: no stream before is known, or its time is not kept. */
export type Before = { history: History; byMs: number } | 'missing' | null

/** A channel's figures of the range that is shown. */
export interface ChannelHistory {
  /** Its short form in the address. */
  channel: string
  /** The newest answer: until the first one of a new range, that of the range before. Null: none yet. */
  history: History | null
  moments: readonly Moment[]
  before: Before
  /** Null: the last request was answered. */
  problem: HistoryProblem | null
  /** The history is not that of the range, which is on its way. */
  isLoading: boolean
}

export interface Shown {
  channels: readonly string[]
  range: HistoryChoice
  compare: BattleAddress['compare']
}

/** What the server fetched for the first paint. */
export interface FirstHistory {
  channel: string
  history: History | null
  problem: HistoryProblem | null
}

/** Answers that do not change any more and are kept, the newest ones. */
const maxKept = 24
/** How often a page that is not seen looks whether it is seen again. */
const hiddenMs = 5000

type Update = (channel: string, changes: Partial<ChannelHistory>) => void

/** Fetches the histories of the shown channels: again while their range reaches the present, and after a failure. */
export class HistorySource {
  readonly #calls: HistoryCalls
  readonly #nowMs: () => number
  readonly #update: Update
  readonly #loading = new Map<string, { key: string; ended: AbortController }>()
  readonly #kept = new Map<string, History>()

  /** `nowMs`: the servers' time, epoch ms. */
  constructor(calls: HistoryCalls, nowMs: () => number, update: Update) {
    this.#calls = calls
    this.#nowMs = nowMs
    this.#update = update
  }

  /** Follows these channels and no others; returns those whose range changed, or that are new. */
  follow({ channels, range, compare }: Shown): string[] {
    for (const [channel, { ended }] of this.#loading) {
      if (channels.includes(channel)) continue
      ended.abort()
      this.#loading.delete(channel)
    }
    const key = JSON.stringify([range, compare])
    const changed = channels.filter((channel) => this.#loading.get(channel)?.key !== key)
    for (const channel of changed) {
      this.#loading.get(channel)?.ended.abort()
      const ended = new AbortController()
      this.#loading.set(channel, { key, ended })
      void this.#follow(channel, { range, compare }, ended.signal)
    }
    return changed
  }

  close(): void {
    for (const { ended } of this.#loading.values()) ended.abort()
    this.#loading.clear()
  }

  async #follow(channel: string, shown: Omit<Shown, 'channels'>, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const isHidden = typeof document !== 'undefined' && document.hidden
      const waitMs = isHidden ? hiddenMs : await this.#load(channel, shown, signal)
      if (waitMs === null) return
      await waited(waitMs, signal)
    }
  }

  /** Fetches once; returns the time until the next request in ms, or null for none. */
  async #load(
    channel: string,
    { range, compare }: Omit<Shown, 'channels'>,
    signal: AbortSignal,
  ): Promise<number | null> {
    const times = timesOf(range, this.#nowMs())
    const update = (changes: Partial<ChannelHistory>) => {
      if (!signal.aborted) this.#update(channel, changes)
    }
    let isThere = false
    try {
      const history = await this.#history(channel, times, signal)
      isThere = true
      update({ history, problem: null, isLoading: false })
      update({ moments: await servedOr([], this.#calls.moments(channel, times, signal)) })
      if (compare !== 'none')
        update({ before: await servedOr('missing', this.#before(channel, times, compare, signal)) })
      return refreshMs(times, this.#nowMs())
    } catch (error) {
      const problem = historyProblem(error)
      const isRefused = problem.retryMs === null && !isThere
      update({ problem, isLoading: false, ...(isRefused ? { history: null } : {}) })
      return problem.retryMs
    }
  }

  async #before(
    channel: string,
    times: TimeRange,
    compare: 'day' | 'stream',
    signal: AbortSignal,
  ): Promise<Before> {
    const byMs =
      compare === 'day' ? dayBeforeMs : streamBeforeMs(await this.#calls.streams(channel, signal), times)
    if (byMs === undefined) return 'missing'
    const range = { from: times.from - byMs, to: times.to - byMs }
    return { history: await this.#history(channel, range, signal, times), byMs }
  }

  /** `alike`: the range whose step it has. */
  async #history(
    channel: string,
    range: TimeRange,
    signal: AbortSignal,
    alike: TimeRange = range,
  ): Promise<History> {
    const step = stepOf(alike.to - alike.from)
    const key = `${channel} ${range.from} ${range.to} ${step}`
    const kept = this.#kept.get(key)
    if (kept !== undefined) return kept
    const history = await this.#calls.history(channel, range, step, signal)
    if (refreshMs(range, this.#nowMs()) === null) {
      this.#kept.set(key, history)
      for (const oldest of this.#kept.keys()) if (this.#kept.size > maxKept) this.#kept.delete(oldest)
    }
    return history
  }
}

/** The answer, or `other` where the server does not serve it, however often it is requested. */
async function servedOr<T>(other: T, answer: Promise<T>): Promise<T> {
  try {
    return await answer
  } catch (error) {
    if (historyProblem(error).kind === 'not_served') return other
    throw error
  }
}

function waited(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    signal.addEventListener('abort', done)
  })
}
