import type { ChannelStats, TimeRange } from '@chat-battle/contracts/records/channel-stats'
import type { Frames } from '../source/merge-frame.ts'

/** A tick comes every 5 s and covers the time up to the connection's last line, which is up to 15 s old on an idle one. */
const trailingToleranceMs = 25_000

/**
 * The stretches of the shown windows up to `nowMs` (epoch ms) in which the channel was not covered. The newest moments are not
 * among them while the channel is joined: the record that covers them is on its way.
 */
export function uncovered({ current, previous }: Frames, isJoined: boolean, nowMs: number): TimeRange[] {
  const windows = [previous, current].filter((window) => window !== null)
  const lastCoveredMs = Math.max(0, ...windows.map(({ coverage }) => coverage?.at(-1)?.to ?? 0))
  return windows.flatMap((window) => {
    const untilMs = Math.min(window.window_end, nowMs)
    const holes = holesIn(window, untilMs)
    const last = holes.at(-1)
    if (last?.to !== untilMs || !isJoined || window.final) return holes
    // Only the final frame covers the previous window up to its end, and it arrives a minute later.
    const uncoveredMs = window === current ? nowMs - lastCoveredMs : untilMs - last.from
    return uncoveredMs < trailingToleranceMs ? holes.slice(0, -1) : holes
  })
}

/**
 * When the channel was first covered in the shown windows, epoch ms; null where it never was. What is uncovered before that is no
 * gap: no client wanted the channel yet, or a gap of its status says more.
 */
export function firstCoveredMs({ current, previous }: Frames): number | null {
  const starts = [previous, current].flatMap((window) => window?.coverage?.at(0)?.from ?? [])
  return starts.length === 0 ? null : Math.min(...starts)
}

/** The stretches of a window up to `untilMs` that its coverage leaves out. */
function holesIn({ window_start, coverage }: ChannelStats, untilMs: number): TimeRange[] {
  if (coverage === null) return []
  const bounds = [...coverage, { from: untilMs, to: untilMs }]
  return bounds
    .map(({ from }, index) => ({ from: bounds[index - 1]?.to ?? window_start, to: Math.min(from, untilMs) }))
    .filter(({ from, to }) => to > from)
}
