import type { ChannelStats, TimeRange } from '@chat-battle/contracts/records/channel-stats'
import { emptyStats } from '@chat-battle/contracts/records/empty-stats'
import type { History } from '@chat-battle/contracts/rest/routes/get-history'
import { windowMs } from '@chat-battle/contracts/window'
import { fetchHistory } from '../api/history.ts'

/** Jumps within a few windows fetch nothing twice. */
const maxKept = 16

/**
 * The pace of windows before those that a replay shows, as frames for the chart: a jump sends the window of its target only, and the
 * chart shows ten minutes. Their other figures are empty.
 */
export class WindowsBefore {
  readonly #fetched = new Map<string, Promise<ChannelStats | undefined>>()

  /** The window that ends at `startMs`, epoch ms; undefined: not available. */
  get(channel: string, startMs: number): Promise<ChannelStats | undefined> {
    const key = `${channel} ${startMs}`
    let found = this.#fetched.get(key)
    if (found === undefined) {
      const range = { from: startMs - windowMs, to: startMs }
      found = fetchHistory(channel, range, '5s').then(frameOf, () => undefined)
      this.#fetched.set(key, found)
      const [oldest] = this.#fetched.keys()
      if (this.#fetched.size > maxKept && oldest !== undefined) this.#fetched.delete(oldest)
    }
    return found
  }
}

export function frameOf({
  channel_id,
  channel_login,
  from,
  to,
  step_ms,
  points,
  gaps,
}: Pick<
  History,
  'channel_id' | 'channel_login' | 'from' | 'to' | 'step_ms' | 'points' | 'gaps'
>): ChannelStats {
  return {
    ...emptyStats(channel_id, channel_login, from, covered({ from, to }, gaps)),
    // It is a real window, older than the ones that a replay sends.
    revision: 1,
    final: true,
    series: { step_ms, counts: points.map(({ message_count }) => message_count) },
  }
}

/** A range without its gaps, which are in order. */
function covered({ from, to }: TimeRange, gaps: readonly TimeRange[]): TimeRange[] {
  const ends = [from, ...gaps.map((gap) => gap.to)]
  const starts = [...gaps.map((gap) => gap.from), to]
  return ends
    .map((end, index) => ({ from: end, to: starts[index] ?? to }))
    .filter((range) => range.from < range.to)
}
