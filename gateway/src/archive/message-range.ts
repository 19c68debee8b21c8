import { maxMessageRangeMs } from '@chat-battle/contracts/rest/parameters'
import { RequestRefused } from '../refusal.ts'

/** Throws `RequestRefused` for a range of the archive's messages that is not served. Times are epoch ms. */
export function requireMessageRange(from: number, to: number): void {
  if (from >= to) throw new RequestRefused('range_not_served', `from ${from} is not before to ${to}`)
  if (to - from > maxMessageRangeMs) {
    throw new RequestRefused(
      'range_not_served',
      `a range of messages has at most ${maxMessageRangeMs} ms; from ${from} to ${to} is longer`,
    )
  }
}
