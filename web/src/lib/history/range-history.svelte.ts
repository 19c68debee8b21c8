import type { TimeRange } from '@chat-battle/contracts/records/channel-stats'
import type { Moment } from '@chat-battle/contracts/records/moment'
import type { History } from '@chat-battle/contracts/rest/routes/get-history'
import type { BattleAddress } from '../battle/battle-address.ts'
import { dayBeforeMs, streamBeforeMs } from './comparison.ts'
import { historyCalls, type HistoryCalls } from './fetch-history.ts'
import { historyProblem, type HistoryProblem } from './history-problem.ts'
import { refreshMs, stepOf, timesOf, type HistoryChoice } from './range-times.ts'

/** What is compared with: a history some time earlier. `missing`: there is no stream before. */
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

interface Loading {
  key: string
  ended: AbortController
}

/** The histories of the shown channels: fetched for a range, again while it reaches the present, and after a failure. */
export class RangeHistory {
  entries = $state.raw<readonly ChannelHistory[]>([])
  readonly #calls: HistoryCalls
  readonly #nowMs: () => number
  readonly #loading = new Map<string, Loading>()
  readonly #kept = new Map<string, History>()

  /** `nowMs`: the servers' time, epoch ms. */
  constructor(
    first: readonly FirstHistory[],
    nowMs: () => number = Date.now,
    calls: HistoryCalls = historyCalls(),
  ) {
    this.#nowMs = nowMs
    this.#calls = calls
    this.entries = first.map((each) => ({ ...each, moments: [], before: null, isLoading: false }))
  }

  /** Shows this range of these channels. Those that are shown already stay. */
  show({ channels, range, compare }: Shown): void {
    for (const [channel, { ended }] of this.#loading) {
      if (channels.includes(channel)) continue
      ended.abort()
      this.#loading.delete(channel)
    }
    const known = new Map(this.entries.map((entry) => [entry.channel, entry]))
    this.entries = channels.map(
      (channel): ChannelHistory =>
        known.get(channel) ?? {
          channel,
          history: null,
          moments: [],
          before: null,
          problem: null,
          isLoading: true,
        },
    )
    const key = JSON.stringify([range, compare])
    for (const channel of channels) {
      const loading = this.#loading.get(channel)
      if (loading?.key === key) continue
      loading?.ended.abort()
      const ended = new AbortController()
      this.#loading.set(channel, { key, ended })
      const isFirst = loading === undefined && known.get(channel)?.history != null
      if (!isFirst) this.#update(channel, { isLoading: true, moments: [], before: null })
      void this.#follow(channel, { range, compare }, ended.signal)
    }
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
    try {
      const history = await this.#history(channel, times, signal)
      update({ history, problem: null, isLoading: false })
      update({ moments: await this.#calls.moments(channel, times, signal) })
      if (compare !== 'none') update({ before: await this.#before(channel, times, compare, signal) })
      return refreshMs(times, this.#nowMs())
    } catch (error) {
      const problem = historyProblem(error)
      update({ problem, isLoading: false, ...(problem.retryMs === null ? { history: null } : {}) })
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

  #update(channel: string, changes: Partial<ChannelHistory>): void {
    this.entries = this.entries.map((entry) => (entry.channel === channel ? { ...entry, ...changes } : entry))
  }
}

function waited(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms)
    signal.addEventListener('abort', () => {
      clearTimeout(timer)
      resolve()
    })
  })
}
