import { historyCalls, type HistoryCalls } from './fetch-history.ts'
import { HistorySource, type ChannelHistory, type FirstHistory, type Shown } from './history-source.ts'

/** The histories of the channels that are shown, for the page. */
export class RangeHistory {
  entries = $state.raw<readonly ChannelHistory[]>([])
  readonly #source: HistorySource

  /** `nowMs`: the servers' time, epoch ms. */
  constructor(
    first: readonly FirstHistory[],
    nowMs: () => number = Date.now,
    calls: HistoryCalls = historyCalls(),
  ) {
    this.#source = new HistorySource(calls, nowMs, (channel, changes) => {
      this.entries = this.entries.map((entry) =>
        entry.channel === channel ? { ...entry, ...changes } : entry,
      )
    })
    this.entries = first.map((each) => ({ ...each, moments: [], before: null, isLoading: false }))
  }

  /** Shows this range of these channels. What is shown already stays until there is something newer. */
  show(shown: Shown): void {
    const changed = this.#source.follow(shown)
    // What the server fetched is of this range.
    const isFirst = !this.#hasShown
    this.#hasShown = true
    this.entries = shown.channels.map((channel): ChannelHistory => {
      const known = this.entries.find((entry) => entry.channel === channel)
      if (known === undefined)
        return { channel, history: null, moments: [], before: null, problem: null, isLoading: true }
      const isNew = changed.includes(channel) && !(isFirst && known.history !== null)
      return isNew ? { ...known, isLoading: true, moments: [], before: null } : known
    })
  }

  close(): void {
    this.#source.close()
  }

  #hasShown = false
}
