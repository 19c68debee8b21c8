import type { ChannelStatus, Gap } from '@chat-battle/contracts/records/channel-status'
import type { Arrival } from '../archive/arrivals.ts'

const maxGaps = 50

/** The gaps of a channel in a replay: channel time that no tick reports as covered, epoch ms. */
export class ReplayGaps {
  readonly #fromMs: number
  #coveredTo: number | undefined
  #gaps: Gap[] = []

  /** Gaps that end before `fromMs` are not shown. */
  constructor(fromMs: number) {
    this.#fromMs = fromMs
  }

  /** Returns whether the record shows a gap. */
  apply({ event }: Arrival): boolean {
    if (event.type !== 'tick' || event.covered_from === null || event.covered_to === null) return false
    const { covered_from: from, covered_to: to } = event
    const before = this.#coveredTo
    this.#coveredTo = Math.max(before ?? to, to)
    if (before === undefined || from <= before || from <= this.#fromMs) return false
    this.#gaps = [...this.#gaps, { from: before, to: from, reason: 'not_covered' }].slice(-maxGaps)
    return true
  }

  statusOf(channelId: string, login: string): ChannelStatus {
    return {
      channel_login: login,
      channel_id: channelId,
      state: 'joined',
      since: this.#fromMs,
      gaps: this.#gaps,
      clock_skew_ms: null,
    }
  }
}
