import type { ShownMessage } from '@chat-battle/contracts/records/shown-message'
import { callRoute, CallFailed } from '@chat-battle/contracts/rest/call-route'
import type { RequestError } from '@chat-battle/contracts/rest/errors'
import { searchMessages, type FoundMessages } from '@chat-battle/contracts/rest/routes/search-messages'
import { operatorHeaders } from '../operator/operator-token.svelte.ts'
import { daysOf, keptDays, uncounted, withCount, type DayCount } from './day-counts.ts'
import type { SearchQuery } from './search-address.ts'

/** Requests that count one after the other; then the person decides whether to go on. */
const countsPerTurn = 16

export interface SearchOptions {
  readonly token: string
  /** Of the days. */
  readonly zone: string
  readonly onTokenRefused: (token: string) => void
}

/** A search: its messages page by page, newest first, and exact counts per day. */
export class Search {
  readonly query: SearchQuery
  messages = $state.raw<readonly ShownMessage[]>([])
  days = $state.raw<readonly DayCount[]>([])
  /** How far back the messages are searched, epoch ms. */
  searchedFrom = $state(0)
  isSearching = $state(true)
  isCounting = $state(true)
  hasMore = $state(false)
  /** Messages of before are deleted, epoch ms; null: everything is kept, as far as it is counted. */
  keptFrom = $state<number | null>(null)
  error = $state.raw<RequestError | null>(null)
  #cursor: string | null = null
  readonly #options: SearchOptions
  readonly #ended = new AbortController()

  constructor(query: SearchQuery, options: SearchOptions) {
    this.query = query
    this.#options = options
    this.searchedFrom = query.to
    this.days = daysOf(query, options.zone)
  }

  /** How many messages match in what is counted. */
  get matched(): number {
    return this.days.reduce((sum, { matched }) => sum + matched, 0)
  }

  /** From here on every match is counted, epoch ms. */
  get countedFrom(): number {
    return uncounted(this.days)?.to ?? this.keptFrom ?? this.query.from
  }

  /** Finds the newest messages, and counts; returns what ends it. */
  start(): () => void {
    void this.again()
    return () => this.#ended.abort()
  }

  /** Goes on where it failed. */
  async again(): Promise<void> {
    if (this.messages.length === 0) await this.more()
    if (this.error === null) await this.count()
    else this.isCounting = false
  }

  /** Searches further back. */
  async more(): Promise<void> {
    this.isSearching = true
    const found = await this.#request(this.query, this.#cursor)
    if (found !== undefined) {
      this.messages = [...this.messages, ...found.messages]
      this.#cursor = found.cursor
      this.hasMore = found.cursor !== null
      const last = found.messages.at(-1)
      const isPartial = found.matched > found.messages.length && last !== undefined
      this.searchedFrom = isPartial ? last.timestamp : found.scanned.from
    }
    this.isSearching = false
  }

  /** Counts the days further back. */
  async count(): Promise<void> {
    this.isCounting = true
    for (let requests = 0; requests < countsPerTurn; requests++) {
      const range = uncounted(this.days)
      if (range === undefined) break
      const found = await this.#request({ ...this.query, ...range }, null)
      if (found !== undefined) this.days = withCount(this.days, found)
      else if (this.error?.kind === 'range_not_served') this.#endAt(range.to)
      else break
    }
    this.isCounting = false
  }

  /** Messages of before are deleted: they are no part of the counts. */
  #endAt(keptFrom: number): void {
    this.error = null
    this.keptFrom = keptFrom
    this.days = keptDays(this.days, keptFrom)
  }

  /** Undefined: it failed, see `error`, or the search has ended. */
  async #request(
    { channel, words, emote, user, from, to }: SearchQuery,
    cursor: string | null,
  ): Promise<FoundMessages | undefined> {
    const { token, onTokenRefused } = this.#options
    const query = {
      from,
      to,
      ...(words === '' ? {} : { words }),
      ...(emote === '' ? {} : { emote }),
      ...(user === '' ? {} : { user }),
      ...(cursor === null ? {} : { cursor }),
    }
    const headers = operatorHeaders(token)
    try {
      this.error = null
      return await callRoute(
        searchMessages,
        { params: { channel }, query },
        { headers, signal: this.#ended.signal },
      )
    } catch (error) {
      if (this.#ended.signal.aborted) return undefined
      const failed = error instanceof CallFailed ? error.error : undefined
      if (failed?.kind === 'unauthorized') onTokenRefused(token)
      this.error = failed ?? { kind: 'not_ready', message: 'the server does not answer' }
      return undefined
    }
  }
}
