import type { TimeRange } from '@chat-battle/contracts/records/channel-stats'
import type { ChannelStatus } from '@chat-battle/contracts/records/channel-status'
import { windowMs } from '@chat-battle/contracts/window'

/**
 * Coverage of the window at `start` for a channel without a frame: from its join to `nowMs`, both in channel time, minus the
 * reported gaps. Empty if the channel is not joined.
 */
export function silentCoverage(status: ChannelStatus, start: number, nowMs: number): TimeRange[] {
  if (status.state !== 'joined') return []
  // Statuses have the time of the installation's clock.
  const skewMs = status.clock_skew_ms ?? 0
  const joined = {
    from: Math.max(start, status.since + skewMs),
    to: Math.min(start + windowMs, Math.floor(nowMs)),
  }
  const gaps = status.gaps.map(({ from, to }) => ({ from: from + skewMs, to: to + skewMs }))
  const covered = gaps.reduce((ranges, gap) => ranges.flatMap((range) => without(range, gap)), [joined])
  return covered.filter(({ from, to }) => from < to)
}

function without(range: TimeRange, gap: TimeRange): TimeRange[] {
  if (gap.to <= range.from || gap.from >= range.to) return [range]
  return [
    { from: range.from, to: gap.from },
    { from: gap.to, to: range.to },
  ]
}
