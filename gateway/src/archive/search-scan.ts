import { maxMessagesPerPage } from '@chat-battle/contracts/rest/routes/search-messages'
import type { SelectedRow } from '@chat-battle/runtime/cassandra/select'
import type { SearchPosition } from './search-cursor.ts'
import { matches, type SearchTerms } from './search-terms.ts'

/** What a search has found so far, newest first. */
export class SearchScan {
  readonly terms: SearchTerms
  /** The newest matches, as many as a page has. */
  readonly found: SearchPosition[] = []
  matched = 0
  rows = 0
  lastMs = Infinity
  readonly #before: SearchPosition
  /** Matches of the millisecond `lastMs`. */
  #lastMatched = 0

  constructor(terms: SearchTerms, before: SearchPosition) {
    this.terms = terms
    this.#before = before
  }

  /** A row with the columns of `scannedColumns`. */
  add(row: SelectedRow): void {
    this.rows++
    const atMs = Number(row.timestamp)
    if (atMs !== this.lastMs) this.#lastMatched = 0
    this.lastMs = atMs
    if (!matches(this.terms, row)) return
    const messageId = String(row.message_id)
    if (this.#isReturned(atMs, messageId)) return
    this.matched++
    this.#lastMatched++
    if (this.found.length < maxMessagesPerPage) this.found.push({ atMs, messageId })
  }

  /** False: the scan is still in the first millisecond before `to`. */
  dropLastMillisecond(to: number): boolean {
    if (this.lastMs + 1 >= to) return false
    this.matched -= this.#lastMatched
    this.found.length = Math.min(this.found.length, this.matched)
    return true
  }

  /** Whether an earlier page has the message: within a millisecond, the archive sorts by id. */
  #isReturned(atMs: number, messageId: string): boolean {
    return this.#before.messageId !== '' && atMs === this.#before.atMs && messageId <= this.#before.messageId
  }
}
